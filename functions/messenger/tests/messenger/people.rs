//! How people are told.

use std::time::Duration;

use attesta_model::{AccountKind, AccountRequest, ModuleRequest, Notice};
use attesta_outbound::PATIENCE;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::receiver::Received;
use crate::world::{Messenger, SENDER};

const LINK: &str = "https://app.example.com/in#zebra";
const PHONE: &str = "+447700900123";

/// Signed in with by somebody, for a quarter of an hour.
fn link(messenger: &Messenger) -> Notice {
    let expires_at = now(messenger) + SignedDuration::from_mins(15);
    Notice::MagicLink { phone: PHONE.to_owned(), link: LINK.to_owned(), expires_at }
}

fn password(messenger: &Messenger) -> Notice {
    let at = now(messenger);
    Notice::PasswordChanged { email: "ada@example.com".to_owned(), name: "Ada".to_owned(), at }
}

fn account() -> Notice {
    Notice::AccountRequested(AccountRequest {
        kind: AccountKind::Account,
        email: "ada@example.com".to_owned(),
        first_name: Some("Ada & Co".to_owned()),
        last_name: None,
        phone: None,
        business_name: None,
        company_number: None,
    })
}

fn now(messenger: &Messenger) -> Timestamp {
    messenger.world.store.ids().now()
}

/// A messenger whose WhatsApp and Slack are the receiver.
async fn configured() -> Messenger {
    let messenger = Messenger::start().await;
    configure(&messenger, &messenger.receiver.url());
    messenger
}

fn configure(messenger: &Messenger, url: &str) {
    let template = json!({"name": "sign_in", "language": "en_GB"});
    let secret = json!({
        "whatsapp": {"url": url, "token": "giraffe", "template": template},
        "slack": {"url": url},
    });
    messenger.aws.set_secret(Some(&secret.to_string()));
}

fn json(received: &Received) -> Value {
    serde_json::from_str(&received.body).expect("JSON")
}

#[tokio::test]
async fn a_link_goes_to_whatsapp_with_the_token() {
    let messenger = configured().await;
    assert!(messenger.tell(&[link(&messenger)]).await.is_empty());
    let received = messenger.receiver.received();
    let [post] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!((post.method.as_str(), post.path.as_str()), ("POST", "/hook?a=b"));
    assert_eq!(post.header("authorization"), "Bearer giraffe");
    assert_eq!(post.header("content-type"), "application/json");
    let body = json(post);
    assert_eq!((&body["to"], &body["template"]["name"]), (&json!(PHONE), &json!("sign_in")));
    let parameter = &body["template"]["components"][0]["parameters"][0];
    assert_eq!(*parameter, json!({"type": "text", "text": LINK}));
}

#[tokio::test]
async fn a_request_for_an_account_goes_to_slack_without_it() {
    let messenger = configured().await;
    assert!(messenger.tell(&[account()]).await.is_empty());
    let received = messenger.receiver.received();
    let [post] = received.as_slice() else { panic!("{received:?}") };
    assert!(!post.headers.contains_key("authorization"));
    let text = "A full account was requested\nName: Ada &amp; Co\nE-mail: ada@example.com";
    assert_eq!(json(post)["text"], text);
}

#[tokio::test]
async fn a_changed_password_goes_to_its_owner_by_email() {
    let messenger = Messenger::start().await;
    assert!(messenger.tell(&[password(&messenger)]).await.is_empty());
    let mails = messenger.aws.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail["FromEmailAddress"], SENDER);
    assert_eq!(mail["Destination"], json!({"ToAddresses": ["ada@example.com"]}));
    let content = &mail["Content"]["Simple"];
    let subject = json!({"Data": "Your password was changed", "Charset": "UTF-8"});
    assert_eq!(content["Subject"], subject);
    for (form, beginning) in [("Text", "Hello Ada,"), ("Html", "<!DOCTYPE html>")] {
        let part = &content["Body"][form];
        assert_eq!(part["Charset"], "UTF-8");
        assert!(part["Data"].as_str().is_some_and(|text| text.starts_with(beginning)), "{part}");
    }
    assert_eq!(messenger.aws.reads(), 0, "e-mail needs no secret");
}

#[tokio::test]
async fn whoever_is_let_in_hears_of_it_by_email() {
    let messenger = Messenger::start().await;
    let text = |text: &str| text.to_owned();
    let (email, name) = (text("ada@example.com"), text("Ada"));
    let notice = Notice::ContactConnected { email, name, organisation: text("Engines Ltd") };
    assert!(messenger.tell(&[notice]).await.is_empty());
    let mails = messenger.aws.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail["Destination"], json!({"ToAddresses": ["ada@example.com"]}));
    let written = mail["Content"]["Simple"]["Body"]["Text"]["Data"].as_str();
    assert!(written.is_some_and(|text| text.contains("access to Engines Ltd")), "{mail}");
}

#[tokio::test]
async fn a_request_for_a_module_goes_to_slack() {
    let messenger = configured().await;
    let request = Notice::ModuleRequested(ModuleRequest {
        organisation_id: messenger.world.organisation,
        organisation: "Field Farm".to_owned(),
        module: "trading".to_owned(),
        user_id: messenger.world.user.user_id,
    });
    assert!(messenger.tell(&[request]).await.is_empty());
    let received = messenger.receiver.received();
    let [post] = received.as_slice() else { panic!("{received:?}") };
    let text = json(post)["text"].to_string();
    assert!(text.contains("Module: trading\\nOrganisation: Field Farm"), "{text}");
}

#[tokio::test]
async fn what_becomes_of_an_organisation_its_owner_reads_in_an_email() {
    let messenger = Messenger::start().await;
    let text = str::to_owned;
    let changed = Notice::OwnerChanged {
        email: text("ada@example.com"),
        name: text("Ada"),
        organisation: text("Field Farm"),
        owner: text("Una"),
        at: now(&messenger),
    };
    let activated = Notice::OrganisationActivated {
        email: text("ada@example.com"),
        name: text("Ada"),
        organisation: text("Field Farm"),
    };
    assert!(messenger.tell(&[changed, activated]).await.is_empty());
    let mails = messenger.aws.mails();
    let subjects: Vec<_> =
        mails.iter().map(|mail| mail["Content"]["Simple"]["Subject"]["Data"].clone()).collect();
    assert_eq!(subjects, ["Your organisation has another owner", "Your organisation is active"]);
}

#[tokio::test]
async fn what_a_channel_does_not_take_is_tried_again_later() {
    for status in [302, 400, 401, 404, 408, 429, 500, 503] {
        let messenger = configured().await;
        messenger.receiver.answers(status);
        let failed = messenger.tell(&[link(&messenger), account()]).await;
        assert_eq!(failed, ["0", "1"], "{status}");
        assert_eq!(messenger.receiver.received().len(), 2, "{status}: asked once each");
        let queues = &messenger.world.aws.queues;
        assert_eq!(queues.put_off(), vec![(queues.url("messages"), 30); 2], "{status}");
    }
}

#[tokio::test]
async fn the_waits_of_a_message_grow() {
    let messenger = configured().await;
    messenger.receiver.answers(500);
    let message =
        json!({"id": messenger.world.store.ids().uuid().expect("random"), "notice": account()});
    for (received, wait) in [(1, 30), (2, 60), (3, 120), (4, 240), (5, 480)] {
        let bodies = [message.to_string()];
        assert_eq!(messenger.deliver_from("messages", &bodies, received).await, ["0"]);
        let queues = &messenger.world.aws.queues;
        assert_eq!(queues.put_off().pop(), Some((queues.url("messages"), wait)));
    }
}

#[tokio::test]
async fn what_ses_does_not_take_is_tried_again_later() {
    for (status, code) in [
        (400, "MessageRejected"),
        (403, "AccessDeniedException"),
        (429, "TooManyRequestsException"),
        (500, "InternalFailure"),
    ] {
        let messenger = Messenger::start().await;
        messenger.aws.refuse_mails(status, code);
        assert_eq!(messenger.tell(&[password(&messenger)]).await, ["0"], "{code}");
        assert_eq!(messenger.world.aws.queues.put_off().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_not_waited_for() {
    let mut messenger = configured().await;
    messenger.set_channels(Duration::from_millis(50), None);
    messenger.receiver.falls_silent();
    assert_eq!(messenger.tell(&[account()]).await, ["0"]);
    assert_eq!(messenger.world.aws.queues.put_off().len(), 1);
}

#[tokio::test]
async fn a_channel_that_is_not_configured_fails_and_no_other_does() {
    let mut messenger = configured().await;
    messenger.set_channels(PATIENCE, None);
    let all = [link(&messenger), password(&messenger), account()];
    assert_eq!(messenger.tell(&all).await, ["1"]);
    messenger.set_channels(PATIENCE, Some(SENDER));
    messenger.aws.set_secret(Some("{}"));
    assert_eq!(messenger.tell(&all).await, ["0", "2"]);
    assert_eq!(messenger.aws.mails().len(), 1);
}

#[tokio::test]
async fn nothing_is_posted_in_the_open() {
    let messenger = Messenger::start().await;
    let url = messenger.receiver.url();
    for url in [url.replace("https://", "http://"), "hooks.example.com".to_owned(), String::new()] {
        configure(&messenger, &url);
        messenger.world.clock.advance(SignedDuration::from_mins(5));
        assert_eq!(messenger.tell(&[link(&messenger), account()]).await, ["0", "1"], "{url}");
    }
    assert!(messenger.receiver.received().is_empty());
}

#[tokio::test]
async fn a_link_that_leads_nowhere_any_more_is_not_sent() {
    let messenger = configured().await;
    let link = link(&messenger);
    messenger.world.clock.advance(SignedDuration::from_mins(15));
    assert!(messenger.tell(&[link]).await.is_empty());
    assert!(messenger.receiver.received().is_empty());
}

#[tokio::test]
async fn the_secret_is_read_once_in_five_minutes() {
    let messenger = configured().await;
    for _ in 0..2 {
        let many: Vec<_> = (0..10).map(|_| account()).collect();
        assert!(messenger.tell(&many).await.is_empty());
    }
    assert_eq!(messenger.aws.reads(), 1);
    messenger.aws.set_secret(Some("{}"));
    messenger.world.clock.advance(SignedDuration::from_mins(5) - SignedDuration::from_millis(1));
    assert!(messenger.tell(&[account()]).await.is_empty());
    messenger.world.clock.advance(SignedDuration::from_millis(1));
    assert_eq!(messenger.tell(&[account()]).await, ["0"], "no Slack any more");
    assert_eq!(messenger.aws.reads(), 2);
}

#[tokio::test]
async fn a_secret_that_can_not_be_read_any_more_stays_in_use() {
    let messenger = configured().await;
    assert!(messenger.tell(&[account()]).await.is_empty());
    for lost in [None, Some("nonsense"), Some(r#"{"slack": "nonsense"}"#)] {
        messenger.aws.set_secret(lost);
        messenger.world.clock.advance(SignedDuration::from_mins(5));
        assert!(messenger.tell(&[account()]).await.is_empty(), "{lost:?}");
    }
    assert_eq!(messenger.receiver.received().len(), 4);
}

#[tokio::test]
async fn a_secret_that_could_never_be_read_fails_the_messages_alone_that_need_it() {
    let messenger = Messenger::start().await;
    for lost in [None, Some("nonsense")] {
        messenger.aws.set_secret(lost);
        assert_eq!(messenger.tell(&[account(), password(&messenger)]).await, ["0"], "{lost:?}");
    }
}

#[tokio::test]
async fn a_message_that_is_none_fails_alone() {
    let messenger = configured().await;
    let message = |notice: Notice| json!({"id": uuid::Uuid::nil(), "notice": notice}).to_string();
    let other = json!({"id": uuid::Uuid::nil(), "notice": {"type": "other"}}).to_string();
    let bodies = [
        message(account()),
        "nonsense".to_owned(),
        other,
        message(link(&messenger)),
        String::new(),
    ];
    assert_eq!(messenger.deliver_from("messages", &bodies, 1).await, ["1", "2", "4"]);
    assert_eq!(messenger.receiver.received().len(), 2);
}
