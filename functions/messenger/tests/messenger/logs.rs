//! What the log tells of people and of the operator's secrets: nothing.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use attesta_model::{AccountKind, AccountRequest, Notice};
use jiff::SignedDuration;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::world::{Messenger, SENDER};

/// Keeps what is logged.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("not poisoned")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A notice for each channel, every text of which is a zebra.
fn notices(messenger: &Messenger) -> [Notice; 5] {
    let zebra = || "zebra@example.com".to_owned();
    let now = messenger.world.store.ids().now();
    [
        Notice::MagicLink {
            phone: zebra(),
            link: zebra(),
            expires_at: now + SignedDuration::from_hours(24),
        },
        Notice::PasswordChanged { email: zebra(), name: zebra(), at: now },
        Notice::AccountRequested(AccountRequest {
            kind: AccountKind::Account,
            email: zebra(),
            first_name: Some(zebra()),
            last_name: Some(zebra()),
            phone: Some(zebra()),
            business_name: Some(zebra()),
            company_number: Some(zebra()),
        }),
        Notice::ContactConnected { email: zebra(), name: zebra(), organisation: zebra() },
        Notice::OwnerChanged {
            email: zebra(),
            name: zebra(),
            organisation: zebra(),
            owner: zebra(),
            at: now,
        },
    ]
}

/// Whatever happens: each line that it ends in, and none that says too much.
#[tokio::test]
async fn no_log_names_anybody_or_any_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let mut messenger = Messenger::start().await;
    let all = notices(&messenger);
    let tell = async |messenger: &Messenger, told: &str| {
        messenger.tell(&all).await;
        messenger.world.clock.advance(SignedDuration::from_mins(5));
        let text = log.text();
        assert!(text.contains(told), "{told} is missing in {text}");
    };
    let configure = |messenger: &Messenger, url: &str, token: &str| {
        let whatsapp =
            json!({"url": url, "token": token, "template": {"name": "a", "language": "b"}});
        let secret = json!({"whatsapp": whatsapp, "slack": {"url": url}});
        messenger.aws.set_secret(Some(&secret.to_string()));
    };
    let url = format!("{}&secret=giraffe", messenger.receiver.url());

    tell(&messenger, "GetSecretValue: service error").await;
    messenger.aws.set_secret(Some(r#"{"slack": "giraffe"}"#));
    tell(&messenger, "Data error at line 1, column 19").await;
    messenger.aws.set_secret(Some("{}"));
    tell(&messenger, "WhatsApp is not configured").await;
    assert!(log.text().contains("Slack is not configured"));
    messenger.set_channels(Duration::from_secs(10), None);
    tell(&messenger, "e-mail is not configured").await;

    messenger.set_channels(Duration::from_millis(50), Some(SENDER));
    configure(&messenger, &url, "giraffe");
    tell(&messenger, "told=Taken").await;
    configure(&messenger, &url, "giraffe\n");
    tell(&messenger, "the header authorization can't be sent").await;
    configure(&messenger, &url.replace("https", "http"), "giraffe");
    tell(&messenger, "does not begin with https://").await;
    configure(&messenger, "https://giraffe example", "giraffe");
    tell(&messenger, "the address is none").await;
    configure(&messenger, "https://127.0.0.1:1/giraffe", "giraffe");
    tell(&messenger, "Slack: internal: POST: ").await;
    configure(&messenger, &url, "giraffe");
    messenger.receiver.answers(403);
    tell(&messenger, "WhatsApp answered 403").await;
    messenger.receiver.falls_silent();
    tell(&messenger, "WhatsApp: internal: POST: ").await;
    messenger.aws.refuse_mails(400, "MessageRejected");
    tell(&messenger, "SES answered MessageRejected").await;

    let unreadable = r#"{"id": "zebra", "notice": {"type": "zebra"}}"#.to_owned();
    messenger.deliver_from("messages", &[unreadable], 1).await;
    messenger.deliver_from("events", &[r#"{"id": "zebra"}"#.to_owned()], 1).await;
    messenger.world.clock.advance(SignedDuration::from_hours(24));
    tell(&messenger, "told=TooLate").await;
    let text = log.text();
    assert!(text.contains("a message can't be read"), "{text}");
    for secret in ["zebra", "giraffe"] {
        assert!(!text.contains(secret), "{text}");
    }
}
