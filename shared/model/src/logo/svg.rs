//! Whether a text is an SVG image that is still: one that runs nothing, loads
//! nothing and leads nowhere, wherever it is shown.
//!
//! No reader of XML is at work here, but a stricter one: what it can't follow
//! to the end it refuses. Types and entities, which could make anything of the
//! text, are never taken.

use super::NotALogo;

/// Elements that run something, move something or bring something else in.
const ACTIVE: [&str; 13] = [
    "animate",
    "animatecolor",
    "animatemotion",
    "animatetransform",
    "audio",
    "embed",
    "foreignobject",
    "handler",
    "iframe",
    "object",
    "script",
    "set",
    "video",
];
/// More elements within each other are refused.
const DEEPEST: usize = 64;

/// Refuses what is no still image.
pub(super) fn check(text: &str) -> Result<(), NotALogo> {
    let mut image = Image { rest: text.trim_start_matches('\u{feff}'), open: Vec::new() };
    match image.element_after_prologue() {
        Some(tag) if tag.local_name() == "svg" => {}
        _ => return Err(NotALogo::NoImage),
    }
    image.read_on().ok_or(NotALogo::UnsafeSvg)
}

/// What is still to be read, and the elements that are open.
struct Image<'a> {
    rest: &'a str,
    open: Vec<&'a str>,
}

/// A start tag: its name, its attributes, and whether it is the end, too.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    is_closed: bool,
}

impl<'a> Image<'a> {
    /// The first element's tag, without taking it.
    fn element_after_prologue(&mut self) -> Option<Tag<'a>> {
        loop {
            self.rest = self.rest.trim_start();
            if !self.skip_comment_or_instruction()? {
                return self.tag().map(|(tag, _)| tag);
            }
        }
    }

    /// Takes a comment or an instruction, if there is one; `None` where it has
    /// no end.
    fn skip_comment_or_instruction(&mut self) -> Option<bool> {
        for (start, end) in [("<!--", "-->"), ("<?xml ", "?>")] {
            if let Some(within) = self.rest.strip_prefix(start) {
                self.rest = within.split_once(end)?.1;
                return Some(true);
            }
        }
        Some(false)
    }

    /// Reads all of it; `None` where it is broken or not still.
    fn read_on(&mut self) -> Option<()> {
        let mut is_begun = false;
        loop {
            let at = self.rest.find('<').unwrap_or(self.rest.len());
            let (text, rest) = self.rest.split_at(at);
            let is_within = !self.open.is_empty();
            if !is_within && !text.trim().is_empty() {
                return None;
            }
            self.rest = rest;
            if rest.is_empty() {
                return (is_begun && !is_within).then_some(());
            }
            if self.skip_comment_or_instruction()? {
                continue;
            }
            if let Some(end) = rest.strip_prefix("</") {
                let (name, after) = end.split_once('>')?;
                (self.open.pop()? == name.trim_end()).then_some(())?;
                self.rest = after;
                continue;
            }
            if let Some(text) = rest.strip_prefix("<![CDATA[").filter(|_| is_within) {
                self.rest = text.split_once("]]>")?.1;
                continue;
            }
            let (tag, after) = self.tag()?;
            (tag.is_still() && (is_within || !is_begun)).then_some(())?;
            is_begun = true;
            self.rest = after;
            if !tag.is_closed {
                self.open.push(tag.name);
            }
            (self.open.len() <= DEEPEST).then_some(())?;
        }
    }

    /// The start tag that comes next, and what comes behind it.
    fn tag(&self) -> Option<(Tag<'a>, &'a str)> {
        let (name, mut rest) = name(self.rest.strip_prefix('<')?)?;
        let mut attributes = Vec::new();
        loop {
            let after = rest.trim_start();
            if let Some(behind) = after.strip_prefix("/>") {
                return Some((Tag { name, attributes, is_closed: true }, behind));
            }
            if let Some(behind) = after.strip_prefix('>') {
                return Some((Tag { name, attributes, is_closed: false }, behind));
            }
            // Attributes stand apart from each other and from the name.
            (after.len() < rest.len()).then_some(())?;
            let (attribute, behind) = self::name(after)?;
            let value = behind.trim_start().strip_prefix('=')?.trim_start();
            let quote = value.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
            let (value, behind) = value[1..].split_once(quote)?;
            (!value.contains('<')).then_some(())?;
            attributes.push((attribute, value));
            rest = behind;
        }
    }
}

impl Tag<'_> {
    fn local_name(&self) -> String {
        local(self.name)
    }

    /// Whether nothing of it runs, moves or leads elsewhere.
    fn is_still(&self) -> bool {
        let is_active = ACTIVE.contains(&self.local_name().as_str());
        !is_active && self.attributes.iter().all(|(name, value)| is_still(name, value))
    }
}

/// Handlers of events run something; links lead within the image, or hold a
/// bitmap themselves.
fn is_still(attribute: &str, value: &str) -> bool {
    let name = local(attribute);
    let leads_within = || {
        value.starts_with('#')
            || ["png", "jpeg", "webp"]
                .into_iter()
                .any(|kind| value.starts_with(&format!("data:image/{kind};base64,")))
    };
    !name.starts_with("on") && (!["href", "src"].contains(&name.as_str()) || leads_within())
}

/// A name without its namespace's prefix, in small letters.
fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase()
}

/// A name, and what comes behind it.
fn name(text: &str) -> Option<(&str, &str)> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || ['-', '_', ':', '.'].contains(&c);
    let end = text.find(|c| !is_of_name(c)).unwrap_or(text.len());
    (text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_still_image_is_taken() {
        for good in [
            "<svg/>",
            "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- made by hand -->\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" viewBox='0 0 8 8'>\n<title>A &amp; B</title>\
             <g fill=\"#0f0\"><path d=\"M0 0h8v8H0z\"/></g></svg>\n<!-- the end -->\n",
            "<svg:svg xmlns:svg=\"http://www.w3.org/2000/svg\"></svg:svg >",
            "<svg><style><![CDATA[ .a > .b { fill: red } ]]></style><use xlink:href=\"#a\"/></svg>",
            "<svg><image href=\"data:image/png;base64,iVBORw0KGgo=\"/></svg>",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_might_run_load_or_lead_elsewhere_is_refused() {
        for bad in [
            "<svg><script>alert(1)</script></svg>",
            "<svg><SVG:Script/></svg>",
            "<svg onload=\"alert(1)\"/>",
            "<svg><a xlink:href=\"javascript:alert(1)\"/></svg>",
            "<svg><a href=\"&#x6a;avascript:alert(1)\"/></svg>",
            "<svg><image href='https://example.com/a.png'/></svg>",
            "<svg><image href='data:image/svg+xml;base64,PHN2Zy8+'/></svg>",
            "<svg><set attributeName=\"onclick\" to=\"alert(1)\"/></svg>",
            "<svg><foreignObject><p/></foreignObject></svg>",
        ] {
            assert_eq!(check(bad), Err(NotALogo::UnsafeSvg), "{bad}");
        }
    }

    #[test]
    fn what_is_broken_is_refused() {
        for bad in [
            "<svg>",
            "<svg></g>",
            "<svg><g></svg></g>",
            "<svg/><svg/>",
            "<svg/>text",
            "<svg></svg></svg>",
            "<svg><!-- </svg>",
            "<svg><!DOCTYPE a></svg>",
            "<svg><?php echo 1 ?></svg>",
            "<svg a=\"1\"b=\"2\"><g a=b/></svg>",
            "<svg><g a=\"<\"/></svg>",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        let deep = "<svg>".repeat(DEEPEST + 1) + &"</svg>".repeat(DEEPEST + 1);
        assert_eq!(check(&deep), Err(NotALogo::UnsafeSvg));
        for none in ["", "text", "<!DOCTYPE svg><svg/>", "<html><svg/></html>", "<svgx/>", "<!--"] {
            assert_eq!(check(none), Err(NotALogo::NoImage), "{none}");
        }
    }

    proptest! {
        #[test]
        fn no_text_with_a_script_is_taken(before in "[<>/a-z\"'= ]{0,12}", after in "[<>/a-z\"'= ]{0,12}") {
            let text = format!("<svg>{before}<script>{after}</svg>");
            prop_assert!(check(&text).is_err());
        }

        #[test]
        fn any_text_is_judged(text in "(<svg>)?[\\PC<>!?/\\[\\]-]{0,40}(</svg>)?") {
            let _ = check(&text);
        }
    }
}
