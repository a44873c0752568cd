"""The local console: a page that shows what the stack does, and the same as JSON.

    GET /                        the page
    GET /state                   all of its panels
    GET /messages                what people were told, oldest first
    GET /verification?id=1       a verification request's steps
    GET /log?request=abc         what was logged for an API request
    GET /read/README.md          a page of the project's own

It answers this machine alone, and no page but its own: messages hold links that
sign people in.
"""

import hashlib
import json
from pathlib import Path
from urllib.parse import parse_qs

from . import emulated, health, messages, reading, timeline
from .health import Health
from .posted import Posted
from .seen import Seen

PAGE = Path(__file__).parent / "page"
KINDS = {".html": b"text/html; charset=utf-8", ".css": b"text/css; charset=utf-8",
         ".js": b"text/javascript; charset=utf-8"}
MOST_MESSAGES = 100
MOST_REQUESTS = 200
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = [
    (b"content-security-policy", POLICY),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]


class Console:
    """Serves it, on a port of its own."""

    def __init__(self, port, api_port, api, inbox):
        self.hosts = [f"{host}:{port}" for host in ("localhost", "127.0.0.1")]
        self.api_url = f"http://localhost:{api_port}"
        self.inbox = inbox
        self.health = Health(api)
        self.posted = Posted()
        emulated.date_texts()
        self.seen = Seen()

    async def __call__(self, scope, receive, send):
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status, kind, body = self.refusal(scope["method"], headers) or self.answer(scope)
        tag = '"' + hashlib.sha256(body).hexdigest()[:32] + '"'
        if status == 200 and headers.get("if-none-match") == tag:
            status, body = 304, b""
        head = [*HEADERS, (b"etag", tag.encode()), (b"content-type", kind), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def refusal(self, method, headers):
        """Answers whoever isn't to read it: another site's page, whatever name its
        host goes by."""
        if headers.get("host") not in self.hosts:
            return plain(421, f"This is {self.hosts[0]}, and goes by no other name.")
        origin = headers.get("origin", f"http://{headers['host']}")
        site = headers.get("sec-fetch-site", "none")
        is_visit = headers.get("sec-fetch-mode") == "navigate"
        if origin != f"http://{headers['host']}" or not (is_visit or site in ("none", "same-origin")):
            return plain(403, "Another site's pages may not read this.")
        if method not in ("GET", "HEAD"):
            return plain(405, "There is nothing to change here.")
        return None

    def answer(self, scope):
        path, query = scope["path"], parse_qs(scope["query_string"].decode("latin-1"))
        [asked] = query.get("id", query.get("request", [""]))[:1]
        files = {"/" + file.name: file for file in PAGE.iterdir()} | {"/": PAGE / "index.html"}
        if file := files.get(path):
            return 200, KINDS[file.suffix], file.read_bytes()
        if path.startswith("/read/"):
            page = reading.page(path.removeprefix("/read/"))
            return (200, KINDS[".html"], page) if page else plain(404, "No such page.")
        match path:
            case "/state":
                return as_json(self.state())
            case "/messages":
                return as_json(messages.all_messages(self.inbox))
            case "/verification" if asked.isascii() and asked.isdigit() and len(asked) <= 16:
                steps = timeline.of(int(asked), self.posted, self.seen)
                return as_json(steps) if steps else plain(404, "No such verification request.")
            case "/log" if 8 <= len(asked) <= 64:
                return as_json(health.lines_of(asked))
        return plain(404, "Nothing is here.")

    def state(self):
        """All that the page's panels show, newest first."""
        return {
            "api": self.api_url,
            "probe": self.health.of_api(),
            "functions": self.health.of_functions(),
            "queues": health.of_queues(),
            "messages": messages.all_messages(self.inbox)[::-1][:MOST_MESSAGES],
            "requests": self.seen.latest(MOST_REQUESTS),
            "verifications": timeline.recent(),
            "pages": list(reading.PAGES),
        }


def as_json(value):
    return 200, b"application/json", json.dumps(value, ensure_ascii=False).encode()


def plain(status, text):
    return status, b"text/plain; charset=utf-8", text.encode()
