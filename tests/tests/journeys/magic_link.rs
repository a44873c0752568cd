//! A person signs in by a link that they are sent.

use attesta_reference_provider::http::Method;
use serde_json::{Value, json};

use super::inbox::told;
use super::{Answer, Stack};

const SEND: &str = "/customers/auth/magic-link";
const VERIFY: &str = "/customers/auth/magic-link/verify";
/// Where links may lead here.
const PLACE: &str = "http://localhost:3000/in";

/// Asks for a link for somebody who was seeded; what it holds. Nobody is sent
/// two within a minute, so each journey asks for another person.
async fn link_for(stack: &Stack, who: &str) -> String {
    let mark = super::a_uuid().simple().to_string();
    let place = format!("{PLACE}/{mark}");
    let body = json!({"id": stack.text(&format!("/{who}/id")), "redirect": place});
    let answer = stack.post(SEND, "", &body).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let whatsapp = told(stack, "whatsapp", &mark).await;
    assert_eq!(whatsapp.to, stack.text(&format!("/{who}/phone")));
    whatsapp.text.split_once('#').expect("a secret").1.to_owned()
}

async fn verify(stack: &Stack, secret: &str) -> Answer {
    stack.post(VERIFY, "", &json!({"id": secret})).await
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_link_that_came_by_whatsapp_signs_its_reader_in_once() {
    let stack = Stack::running();
    let secret = link_for(&stack, "owner").await;
    let answer = verify(&stack, &secret).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    let access = answer.body["tokens"]["access"].as_str().expect("a token");
    let path = format!("/lapi/v1/learner/{}/{}/", stack.text("/organisationId"), super::a_uuid());
    let made = stack.call(Method::PUT, &path, access, &json!({}), &[]).await;
    assert_eq!(made.status, 201, "{:?}", made.body);
    let again = verify(&stack, &secret).await;
    assert_eq!((again.status, &again.body["code"]), (401, &json!("unauthenticated")));
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn of_two_devices_with_one_link_one_gets_in() {
    let stack = Stack::running();
    let secret = link_for(&stack, "user").await;
    let (one, other) = tokio::join!(verify(&stack, &secret), verify(&stack, &secret));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401], "{:?} {:?}", one.body, other.body);
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn whether_there_is_such_a_user_does_not_show() {
    let stack = Stack::running();
    let mut answers = Vec::new();
    for id in [stack.text("/staff/id"), super::a_uuid().to_string()] {
        let body = json!({"id": id, "redirect": PLACE});
        answers.push(stack.post(SEND, "", &body).await);
    }
    assert_eq!(answers[0].status, 200);
    assert_eq!(answers[0].body, answers[1].body);
    let elsewhere = json!({"id": stack.text("/owner/id"), "redirect": "https://evil.example/"});
    let refused = stack.post(SEND, "", &elsewhere).await;
    assert_eq!((refused.status, refused.body.get("tokens")), (400, None::<&Value>));
}
