//! What people are told, in words: pure functions from a notice to what its
//! channel takes.

use std::fmt::{self, Write as _};

use attesta_model::{AccountKind, AccountRequest, ModuleRequest};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

/// A message that WhatsApp has approved: a business may begin a conversation
/// with no other.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Template {
    /// Its name. Its body has one parameter, the link.
    pub name: String,
    /// Its language, as WhatsApp writes it: `en_GB`.
    pub language: String,
}

/// An e-mail, in both of its forms.
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    /// Its subject.
    pub subject: &'static str,
    /// Its text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Shows its subject alone: the text speaks to somebody.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// What WhatsApp's Cloud API is asked for, so that a phone gets a link.
#[must_use]
pub fn magic_link(phone: &str, link: &str, template: &Template) -> String {
    let body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": phone,
        "type": "template",
        "template": {
            "name": template.name,
            "language": {"code": template.language},
            "components": [{
                "type": "body",
                "parameters": [{"type": "text", "text": link}],
            }],
        },
    });
    body.to_string()
}

/// The e-mail to somebody whose password was changed.
#[must_use]
pub fn password_changed(name: &str, at: Timestamp) -> Email {
    let at = moment(at);
    let paragraphs = [
        greeting(name),
        format!("Your Attesta password was changed on {at}. All sessions are signed out."),
        "If it was you, there is nothing more to do.".to_owned(),
        "If it was not you, reset your password now and tell your organisation's administrator."
            .to_owned(),
    ];
    email("Your password was changed", &paragraphs)
}

/// The e-mail to who owned an organisation, and to who owns it now.
#[must_use]
pub fn owner_changed(name: &str, organisation: &str, owner: &str, at: Timestamp) -> Email {
    let (organisation, owner, at) = (one_line(organisation), one_line(owner), moment(at));
    let paragraphs = [
        greeting(name),
        format!("{owner} owns {organisation} on Attesta since {at}."),
        "Whoever owns an organisation decides who belongs to it and what they may do.".to_owned(),
        "If you did not expect this, tell customer service.".to_owned(),
    ];
    email("Your organisation has another owner", &paragraphs)
}

/// The e-mail to the owner of an organisation that is in use from now on.
#[must_use]
pub fn organisation_activated(name: &str, organisation: &str) -> Email {
    let organisation = one_line(organisation);
    let paragraphs = [
        greeting(name),
        format!("Welcome to Attesta. {organisation} is active."),
        "Sign in to see to its people and its business.".to_owned(),
    ];
    email("Your organisation is active", &paragraphs)
}

/// The e-mail to somebody whom an organisation lets in. What it is called is
/// what its people wrote.
#[must_use]
pub fn contact_connected(name: &str, organisation: &str) -> Email {
    let organisation = one_line(organisation);
    let paragraphs = [
        greeting(name),
        format!("You now have access to {organisation} on Attesta."),
        "If you have signed in before, sign in as you always do.".to_owned(),
        "If you have not, choose \"Forgotten password\" where you sign in and give this e-mail \
         address: you get a code to choose a password by."
            .to_owned(),
        "If you did not expect this, there is nothing that you need to do.".to_owned(),
    ];
    email("You have access on Attesta", &paragraphs)
}

fn greeting(name: &str) -> String {
    let name = one_line(name);
    if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") }
}

fn moment(at: Timestamp) -> String {
    at.strftime("%-d %B %Y at %H:%M UTC").to_string()
}

/// Paragraphs as an e-mail.
fn email(subject: &'static str, paragraphs: &[String]) -> Email {
    let html = paragraphs.iter().fold(String::new(), |mut html, paragraph| {
        let _ = write!(html, "<p>{}</p>", html_escaped(paragraph));
        html
    });
    Email {
        subject,
        text: paragraphs.join("\n\n") + "\n",
        html: format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{subject}</title></head><body>{html}</body></html>"
        ),
    }
}

/// What Slack is posted when somebody asks for an account. What they wrote is
/// shown as they wrote it: no formatting, no mentions, no previews.
#[must_use]
pub fn account_requested(request: &AccountRequest) -> String {
    let kind = match request.kind {
        AccountKind::Account => "A full account",
        AccountKind::TradingBuyerAccount => "A trading buyer's account",
    };
    let name = [&request.first_name, &request.last_name].map(|name| name.as_deref().unwrap_or(""));
    let mut text = format!("{kind} was requested");
    for (label, value) in [
        ("Name", name.join(" ").as_str()),
        ("E-mail", &request.email),
        ("Phone", request.phone.as_deref().unwrap_or_default()),
        ("Business", request.business_name.as_deref().unwrap_or_default()),
        ("Company number", request.company_number.as_deref().unwrap_or_default()),
    ] {
        let value = slack_escaped(&one_line(value));
        if !value.is_empty() {
            let _ = write!(text, "\n{label}: {value}");
        }
    }
    posted(&text)
}

/// What Slack is posted when an organisation asks for a module.
#[must_use]
pub fn module_requested(request: &ModuleRequest) -> String {
    let mut text = "A module was requested".to_owned();
    for (label, value) in [
        ("Module", request.module.as_str()),
        ("Organisation", &request.organisation),
        ("Organisation id", &request.organisation_id.to_string()),
        ("Asked by user", &request.user_id.to_string()),
    ] {
        let _ = write!(text, "\n{label}: {}", slack_escaped(&one_line(value)));
    }
    posted(&text)
}

fn posted(text: &str) -> String {
    json!({"text": text, "mrkdwn": false, "unfurl_links": false, "unfurl_media": false}).to_string()
}

/// A text without line breaks, so that it can't pass for the next line.
fn one_line(text: &str) -> String {
    let words: Vec<_> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Slack reads three characters of a text as its own, and no others.
fn slack_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn html_escaped(text: &str) -> String {
    slack_escaped(text).replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const AT: Timestamp = Timestamp::constant(1_763_798_400, 0);

    fn read(body: &str) -> Value {
        serde_json::from_str(body).expect("JSON")
    }

    fn request() -> AccountRequest {
        AccountRequest {
            kind: AccountKind::Account,
            email: "ada@example.com".to_owned(),
            first_name: None,
            last_name: None,
            phone: None,
            business_name: None,
            company_number: None,
        }
    }

    #[test]
    fn a_link_is_the_parameter_of_an_approved_template() {
        let template = Template { name: "sign_in".to_owned(), language: "en_GB".to_owned() };
        let link = "https://app.example.com/in#s=a\"b&c";
        let expected = json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "+447700900123",
            "type": "template",
            "template": {
                "name": "sign_in",
                "language": {"code": "en_GB"},
                "components": [
                    {"type": "body", "parameters": [{"type": "text", "text": link}]},
                ],
            },
        });
        assert_eq!(read(&magic_link("+447700900123", link, &template)), expected);
    }

    #[test]
    fn a_changed_password_is_told_as_text_and_as_html() {
        let email = password_changed("Ada", AT);
        assert_eq!(email.subject, "Your password was changed");
        let text = "Hello Ada,\n\n\
            Your Attesta password was changed on 22 November 2025 at 08:00 UTC. \
            All sessions are signed out.\n\n\
            If it was you, there is nothing more to do.\n\n\
            If it was not you, reset your password now and tell your organisation's \
            administrator.\n";
        assert_eq!(email.text, text);
        let html = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
            <title>Your password was changed</title></head><body>\
            <p>Hello Ada,</p>\
            <p>Your Attesta password was changed on 22 November 2025 at 08:00 UTC. \
            All sessions are signed out.</p>\
            <p>If it was you, there is nothing more to do.</p>\
            <p>If it was not you, reset your password now and tell your organisation&#39;s \
            administrator.</p></body></html>";
        assert_eq!(email.html, html);
    }

    #[test]
    fn a_name_is_no_markup_and_no_paragraph_of_an_email() {
        let email = password_changed("<a href=\"x\">A & B</a>\r\n\u{2028}Click 'here'", AT);
        let greeting = email.text.lines().next().expect("a line");
        assert_eq!(greeting, "Hello <a href=\"x\">A & B</a> Click 'here',");
        let escaped =
            "<p>Hello &lt;a href=&quot;x&quot;&gt;A &amp; B&lt;/a&gt; Click &#39;here&#39;,</p>";
        assert!(email.html.contains(escaped), "{}", email.html);
        assert!(password_changed(" \n", AT).text.starts_with("Hello,\n"));
    }

    #[test]
    fn whoever_is_let_in_is_told_how_they_sign_in() {
        let email = contact_connected("Ada", "Engines <b>Ltd</b>\nClick here");
        assert_eq!(email.subject, "You have access on Attesta");
        let text = "Hello Ada,\n\n\
            You now have access to Engines <b>Ltd</b> Click here on Attesta.\n\n\
            If you have signed in before, sign in as you always do.\n\n\
            If you have not, choose \"Forgotten password\" where you sign in and give this e-mail \
            address: you get a code to choose a password by.\n\n\
            If you did not expect this, there is nothing that you need to do.\n";
        assert_eq!(email.text, text);
        assert!(email.html.contains("to Engines &lt;b&gt;Ltd&lt;/b&gt; Click here on"), "escaped");
    }

    #[test]
    fn an_email_shows_nobodys_name_when_it_is_printed() {
        assert!(!format!("{:?}", password_changed("zebra", AT)).contains("zebra"));
    }

    #[test]
    fn customer_service_reads_who_asks_for_what() {
        let request = AccountRequest {
            kind: AccountKind::TradingBuyerAccount,
            first_name: Some("Ada".to_owned()),
            last_name: Some("Lovelace".to_owned()),
            phone: Some("+447700900123".to_owned()),
            business_name: Some("Engines Ltd".to_owned()),
            company_number: Some("01234567".to_owned()),
            ..request()
        };
        let expected = json!({
            "text": "A trading buyer's account was requested\n\
                Name: Ada Lovelace\n\
                E-mail: ada@example.com\n\
                Phone: +447700900123\n\
                Business: Engines Ltd\n\
                Company number: 01234567",
            "mrkdwn": false,
            "unfurl_links": false,
            "unfurl_media": false,
        });
        assert_eq!(read(&account_requested(&request)), expected);
    }

    #[test]
    fn both_owners_read_whose_an_organisation_is() {
        let email = owner_changed("Ada", "Field\nFarm", "Una", AT);
        let text = "Hello Ada,\n\n\
            Una owns Field Farm on Attesta since 22 November 2025 at 08:00 UTC.\n\n\
            Whoever owns an organisation decides who belongs to it and what they may do.\n\n\
            If you did not expect this, tell customer service.\n";
        assert_eq!(
            (email.subject, email.text.as_str()),
            ("Your organisation has another owner", text)
        );
    }

    #[test]
    fn an_owner_reads_that_their_organisation_is_active() {
        let email = organisation_activated("Ada", "<b>Farm</b>");
        let text = "Hello Ada,\n\n\
            Welcome to Attesta. <b>Farm</b> is active.\n\n\
            Sign in to see to its people and its business.\n";
        assert_eq!(email.text, text);
        assert!(email.html.contains("&lt;b&gt;Farm&lt;/b&gt; is active."), "{}", email.html);
    }

    #[test]
    fn customer_service_reads_which_organisation_asks_for_which_module() {
        let nil = "00000000-0000-0000-0000-000000000000";
        let request = ModuleRequest {
            organisation_id: nil.parse().expect("an id"),
            organisation: "Field <Farm>".to_owned(),
            module: "trading".to_owned(),
            user_id: nil.parse().expect("an id"),
        };
        let text = format!(
            "A module was requested\nModule: trading\nOrganisation: Field &lt;Farm&gt;\n\
             Organisation id: {nil}\nAsked by user: {nil}"
        );
        assert_eq!(read(&module_requested(&request))["text"], text);
    }

    #[test]
    fn what_was_left_out_takes_no_line() {
        let text = "A full account was requested\nE-mail: ada@example.com";
        assert_eq!(read(&account_requested(&request()))["text"], text);
    }

    #[test]
    fn nobody_writes_slacks_own_marks_or_another_line() {
        let request = AccountRequest {
            first_name: Some("<!channel> &lt;".to_owned()),
            business_name: Some("A\nE-mail: other@example.com".to_owned()),
            ..request()
        };
        let text = "A full account was requested\n\
            Name: &lt;!channel&gt; &amp;lt;\n\
            E-mail: ada@example.com\n\
            Business: A E-mail: other@example.com";
        assert_eq!(read(&account_requested(&request))["text"], text);
    }
}
