//! What an operation has people told reaches them.

use std::sync::Arc;

use attesta_model::{AccountKind, AccountRequest, IdFactory, Message, Notice, SystemSource};
use attesta_store::OutboxRow;
use attesta_testing::outgoing_item;
use aws_sdk_dynamodb::Client;
use jiff::SignedDuration;

use super::inbox::told;
use super::{Stack, a_uuid};

#[tokio::test]
#[ignore = "needs a local stack"]
async fn people_are_told_by_whatsapp_email_and_slack() {
    let stack = Stack::running();
    let ids = IdFactory::new(Arc::new(SystemSource));
    let now = ids.now();
    let mark = a_uuid().simple().to_string();
    let link = format!("https://app.example.com/in#{mark}");
    let email = format!("{mark}@college.example");
    let notices = [
        Notice::MagicLink {
            phone: "+447700900123".to_owned(),
            link: link.clone(),
            expires_at: now + SignedDuration::from_mins(15),
        },
        Notice::PasswordChanged { email: email.clone(), name: "Ada".to_owned(), at: now },
        Notice::AccountRequested(AccountRequest {
            kind: AccountKind::TradingBuyerAccount,
            email: email.clone(),
            first_name: Some("Ada".to_owned()),
            last_name: None,
            phone: None,
            business_name: Some("A & <B>".to_owned()),
            company_number: None,
        }),
    ];
    let messages = notices.map(|notice| Message { id: a_uuid(), notice }).to_vec();
    let row = OutboxRow { messages, ..OutboxRow::new(ids.integer().expect("a number"), now) };
    let put = Client::new(&stack.aws()).put_item().table_name(stack.text("/table"));
    put.set_item(Some(outgoing_item(&row))).send().await.expect("written");

    let whatsapp = told(&stack, "whatsapp", &mark).await;
    assert_eq!((whatsapp.to.as_str(), whatsapp.text), ("+447700900123", link));
    let mail = told(&stack, "email", &mark).await;
    assert_eq!(
        (mail.to, mail.subject.as_deref()),
        (email.clone(), Some("Your password was changed"))
    );
    let slack = told(&stack, "slack", &mark).await;
    let text = format!(
        "A trading buyer's account was requested\nName: Ada\nE-mail: {email}\nBusiness: A & <B>"
    );
    assert_eq!(slack.text, text);
}
