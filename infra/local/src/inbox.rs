//! What people were told, by WhatsApp, e-mail, Slack and SMS, as the console has it.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use attesta_reference_provider::http::{Client, Method, plain};
use jiff::Timestamp;
use jiff::fmt::serde::timestamp::millisecond;
use serde::{Deserialize, Serialize};

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The part of `stack.json` that leads to the messages.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stack {
    console_url: String,
}

/// Something that somebody was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Its identifier, which is the channel's own.
    pub id: String,
    /// When.
    #[serde(deserialize_with = "millisecond::required::deserialize")]
    pub time: Timestamp,
    /// By which way: `whatsapp`, `email`, `slack` or `sms`.
    pub channel: String,
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
    let request = plain(Method::GET, &format!("{}messages", stack.console_url))?;
    let answer = Client::new().send(&request).await;
    let answer = answer.context("the local AWS doesn't answer; is it up?")?;
    ensure!(answer.is_success(), "the console answers {}", answer.summary());
    answer.json().context("the messages are odd")
}

fn for_people(told: &Told) -> String {
    let time = told.time.strftime("%F %TZ");
    let Told { channel, to, subject, text, .. } = told;
    let subject = subject.as_deref().unwrap_or_default();
    let head = format!("{time}  {channel:8}  {to}  {subject}");
    let lines = text.lines().map(|line| format!("    {line}\n"));
    format!("{}\n{}", head.trim_end(), lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_shows_when_and_whom_and_each_line() {
        let told = json!({"id": "1", "time": 1500, "channel": "whatsapp", "to": "+447700900123",
            "subject": "sign_in", "text": "Ada\nhttps://a.example/in#secret"});
        let told: Told = serde_json::from_value(told).expect("of its form");
        let expected = "1970-01-01 00:00:01Z  whatsapp  +447700900123  sign_in\n    \
            Ada\n    https://a.example/in#secret\n";
        assert_eq!(for_people(&told), expected);
        assert_eq!(serde_json::to_value(&told).expect("JSON")["time"], "1970-01-01T00:00:01.5Z");
    }
}
