"""The project's own pages, to be read in the browser."""

from pathlib import Path, PurePosixPath

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[4]
PAGES = {
    "README.md": ROOT / "README.md",
    "CONTRIBUTING.md": ROOT / "CONTRIBUTING.md",
    "ACCESS-PATTERNS.md": ROOT / "shared/store/ACCESS-PATTERNS.md",
}
FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{name} · Attesta</title>
<link rel="stylesheet" href="/console.css">
</head>
<body class="reading">
<nav><a href="/">Console</a></nav>
<main>{body}</main>
</body>
</html>
"""


def page(name):
    """One of them as HTML, or none."""
    if name not in PAGES:
        return None
    # Markup in it is shown, not obeyed.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(PAGES[name].read_text())
    for token in tokens:
        token.children = list(linked(token.children or []))
    return FRAME.format(name=name, body=reader.renderer.render(tokens, reader.options, {})).encode()


def linked(tokens):
    """Tokens of a line, but for links that lead nowhere here."""
    target = None
    for token in tokens:
        if token.type == "link_open":
            target = token.attrs["href"] = leads_to(token.attrs["href"])
        if target or token.type not in ("link_open", "link_close"):
            yield token


def leads_to(link):
    """Where a link of a page leads: to another of them, or where it says if that is
    on the web. Other files are for the editor."""
    if link.startswith(("http://", "https://", "#")):
        return link
    name = PurePosixPath(link).name
    return f"/read/{name}" if name in PAGES else None
