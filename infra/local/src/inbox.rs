//! What people were told: by WhatsApp and Slack, as their stand-in kept it, and
//! by e-mail and SMS, as the local AWS did.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use attesta_reference_provider::http::{Client, Method, plain};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The part of `stack.json` that leads to the messages.
#[derive(Debug, Deserialize)]
struct Stack {
    aws: Aws,
    inbox: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Aws {
    endpoint_url: String,
}

/// Something that somebody was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Its identifier, which is the channel's own.
    pub id: String,
    /// When; the local AWS doesn't say of an SMS.
    pub time: Option<Timestamp>,
    /// By which way: `whatsapp`, `email`, `slack` or `sms`.
    pub channel: &'static str,
    /// Whom: a phone, addresses, or the path of Slack's webhook.
    pub to: String,
    /// An e-mail's subject, or the name of WhatsApp's template.
    pub subject: Option<String>,
    /// What, as its reader sees it; of WhatsApp's template the parameters alone.
    pub text: String,
}

/// Shows what a stack's people were told, oldest first, and what comes if asked to.
///
/// # Errors
/// As [`all`].
pub async fn show(stack: &Path, follow: bool, json: bool) -> Result<()> {
    let mut seen = HashSet::new();
    loop {
        for told in all(stack).await? {
            let line = if json { serde_json::to_string(&told)? } else { for_people(&told) };
            if seen.insert(told.id) {
                println!("{line}");
            }
        }
        if !follow {
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// What the people of the stack that a `stack.json` tells of were told, oldest
/// first.
///
/// # Errors
/// When the stack doesn't run, or the file is none.
pub async fn all(stack: &Path) -> Result<Vec<Told>> {
    let missing = || format!("{} can't be read; is the stack up?", stack.display());
    let text = fs::read_to_string(stack).with_context(missing)?;
    let stack: Stack = serde_json::from_str(&text).with_context(missing)?;
    let http = Client::new();
    let mut all: Vec<_> = kept(&stack.inbox)?.into_iter().map(Posted::told).collect();
    let mails: Mails = get(&http, &stack, "/_ministack/ses/messages").await?;
    all.extend(mails.messages.into_values().flatten().map(Mail::told));
    let texts: Texts = get(&http, &stack, "/_ministack/sns/sms-messages").await?;
    for (to, texts) in texts.sms_messages {
        all.extend(texts.into_iter().map(|text| text.told(&to)));
    }
    all.sort_by_key(|told| told.time);
    Ok(all)
}

async fn get<T: DeserializeOwned>(http: &Client, stack: &Stack, path: &str) -> Result<T> {
    let request = plain(Method::GET, &format!("{}{path}", stack.aws.endpoint_url))?;
    let answer = http.send(&request).await.context("the local AWS doesn't answer; is it up?")?;
    answer.json().with_context(|| format!("{path} is odd"))
}

/// The lines of a file that is there once the first message is.
fn kept(file: &Path) -> Result<Vec<Posted>> {
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        text => text.with_context(|| format!("could not read {}", file.display()))?,
    };
    // The last line may be half written.
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

fn for_people(told: &Told) -> String {
    let time = told.time.map(|time| time.strftime("%F %TZ").to_string()).unwrap_or_default();
    let Told { channel, to, subject, text, .. } = told;
    let subject = subject.as_deref().unwrap_or_default();
    let head = format!("{time:20}  {channel:8}  {to}  {subject}");
    let lines = text.lines().map(|line| format!("    {line}\n"));
    format!("{}\n{}", head.trim_end(), lines.collect::<String>())
}

/// Something that was posted to WhatsApp or Slack.
#[derive(Debug, Deserialize)]
struct Posted {
    id: String,
    time: f64,
    channel: String,
    path: String,
    body: Value,
}

impl Posted {
    fn told(self) -> Told {
        let Self { id, body, path, .. } = self;
        let time = moment(self.time);
        let text = |pointer: &str| {
            body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        if self.channel == "slack" {
            let text = unescaped(&text("/text"));
            return Told { id, time, channel: "slack", to: path, subject: None, text };
        }
        let parameters = body.pointer("/template/components/0/parameters");
        let parameters = parameters.and_then(Value::as_array).into_iter().flatten();
        let lines: Vec<_> = parameters.filter_map(|one| one["text"].as_str()).collect();
        Told {
            id,
            time,
            channel: "whatsapp",
            to: text("/to"),
            subject: Some(text("/template/name")),
            text: lines.join("\n"),
        }
    }
}

/// E-mails by account.
#[derive(Debug, Deserialize)]
struct Mails {
    messages: BTreeMap<String, Vec<Mail>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mail {
    message_id: String,
    timestamp: f64,
    to: Vec<String>,
    subject: String,
    body_text: Option<String>,
    body_html: Option<String>,
}

impl Mail {
    fn told(self) -> Told {
        let text = self.body_text.filter(|text| !text.is_empty()).or(self.body_html);
        Told {
            id: self.message_id,
            time: moment(self.timestamp),
            channel: "email",
            to: self.to.join(", "),
            subject: Some(self.subject),
            text: text.unwrap_or_default(),
        }
    }
}

/// SMS by phone.
#[derive(Debug, Deserialize)]
struct Texts {
    sms_messages: BTreeMap<String, Vec<Sms>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sms {
    message_id: String,
    message: String,
}

impl Sms {
    fn told(self, to: &str) -> Told {
        let (id, text, to) = (self.message_id, self.message, to.to_owned());
        Told { id, time: None, channel: "sms", to, subject: None, text }
    }
}

fn moment(seconds: f64) -> Option<Timestamp> {
    Timestamp::from_duration(SignedDuration::try_from_secs_f64(seconds).ok()?).ok()
}

/// As Slack shows a text.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<T: DeserializeOwned>(value: Value) -> T {
        serde_json::from_value(value).expect("of its form")
    }

    #[test]
    fn whatsapp_shows_the_link_in_full() {
        let parameters = json!([{"type": "text", "text": "https://a.example/in#secret"}]);
        let body = json!({
            "to": "+447700900123",
            "template": {"name": "sign_in", "components": [{"parameters": parameters}]},
        });
        let line =
            json!({"id": "1", "time": 1.5, "channel": "whatsapp", "path": "/", "body": body});
        let told = read::<Posted>(line).told();
        let shown = for_people(&told);
        let expected = "1970-01-01 00:00:01Z  whatsapp  +447700900123  sign_in\n    \
            https://a.example/in#secret\n";
        assert_eq!(shown, expected);
    }

    #[test]
    fn slack_shows_what_people_read() {
        let body = json!({"text": "Asked for\nName: A &amp; B &lt;c&gt; &amp;lt;"});
        let line =
            json!({"id": "1", "time": 0, "channel": "slack", "path": "/slack/cs", "body": body});
        let told = read::<Posted>(line).told();
        assert_eq!(
            (told.to.as_str(), told.text.as_str()),
            ("/slack/cs", "Asked for\nName: A & B <c> &lt;")
        );
    }

    #[test]
    fn an_email_shows_its_text_or_else_its_html() {
        let mail = |text: Value| {
            let mail = json!({"MessageId": "1", "Timestamp": 0.0, "To": ["a@b.example"],
                "Subject": "S", "BodyText": text, "BodyHtml": "<p>html</p>"});
            read::<Mail>(mail).told().text
        };
        assert_eq!(mail(json!("text")), "text");
        assert_eq!([json!(""), Value::Null].map(mail), ["<p>html</p>", "<p>html</p>"]);
    }

    #[test]
    fn an_sms_has_no_time() {
        let told = read::<Sms>(json!({"MessageId": "1", "Message": "Code 123456"})).told("+44");
        assert_eq!(for_people(&told), "                      sms       +44\n    Code 123456\n");
    }
}
