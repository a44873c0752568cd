//! `POST /customers/auth/magic-link` and `…/verify`.

use attesta_model::{Notice, User};
use attesta_store::Seed;
use attesta_testing::{Answer, call, from, json};
use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::Auth;

const SEND: &str = "/customers/auth/magic-link";
const VERIFY: &str = "/customers/auth/magic-link/verify";
const PLACE: &str = "https://app.example.com/in";
const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.7";
const MINUTE: SignedDuration = SignedDuration::from_mins(1);

impl Auth {
    /// Makes the world's user one who can be sent links.
    async fn reachable(&self) -> (String, Uuid) {
        let (store, id) = (&self.world.store, self.world.user.user_id);
        let subject = store.ids().uuid().expect("random");
        let user = store.user(id).await.expect("read").expect("there");
        let phone = Some("+447700900001".to_owned());
        let user = User { subject: Some(subject), phone, ..user };
        Seed(store).user(&user).await.expect("written");
        (id.to_string(), subject)
    }

    async fn send(&self, address: &str, user: &str) -> Answer {
        let body = json!({"id": user, "redirect": PLACE});
        call(&self.router, from(address, json("POST", SEND, "", &body))).await
    }

    async fn verify(&self, secret: &str) -> Answer {
        call(&self.router, json("POST", VERIFY, "", &json!({"id": secret}))).await
    }

    /// The secrets of the links that went out since this was last asked.
    async fn sent(&self) -> Vec<String> {
        let mut secrets = Vec::new();
        for row in self.world.outbox().await {
            self.world.store.outbox_delivered(&row).await.expect("written");
            for message in row.messages {
                let Notice::MagicLink { link, .. } = message.notice else {
                    panic!("another notice");
                };
                let secret = link.strip_prefix(PLACE).and_then(|rest| rest.strip_prefix('#'));
                secrets.push(secret.expect("the place").to_owned());
            }
        }
        secrets
    }
}

fn challenge() -> Value {
    json!({"ChallengeName": "CUSTOM_CHALLENGE", "Session": "session", "ChallengeParameters": {}})
}

fn dead() -> Value {
    json!({
        "message": "The link is wrong, was used or has expired.",
        "status": "error",
        "code": "unauthenticated",
    })
}

#[tokio::test]
async fn a_user_who_asks_is_sent_a_link_and_signs_in_by_it() {
    let auth = Auth::start().await;
    let (user, _) = auth.reachable().await;
    let answer = auth.send(HERE, &user).await;
    let told = json!({
        "message": "If there is such a user, a link is on its way to them.",
        "status": "success",
    });
    assert_eq!(answer.parts(), (200, &told));
    let secret = auth.sent().await.remove(0);
    auth.pool.set("AdminInitiateAuth", challenge());
    auth.pool.set("AdminRespondToAuthChallenge", auth.tokens());
    let answer = auth.verify(&secret).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["message"], "Signed in.");
    assert_eq!(answer.body["status"], "success");
    assert_eq!(answer.body["tokens"]["id"], "id");
    let calls = auth.pool.take_calls();
    assert_eq!(calls[0].1["AuthFlow"], "CUSTOM_AUTH");
    assert_eq!(calls[0].1["AuthParameters"]["USERNAME"], user);
    assert_eq!(calls[1].1["ChallengeResponses"]["ANSWER"], secret);
}

#[tokio::test]
async fn whether_there_is_such_a_user_does_not_show() {
    let auth = Auth::start().await;
    let (user, _) = auth.reachable().await;
    let _ = auth.world.store.meter().take();
    let expected = auth.send(HERE, &user).await;
    let calls = |auth: &Auth| {
        let mut calls = auth.world.store.meter().take();
        calls.sort_by_key(|call| call.operation);
        calls
    };
    let expected_calls = calls(&auth);
    assert_eq!(expected_calls.len(), 4);
    let staff = auth.world.staff.user_id.to_string();
    let unknown = "0197f0a0-0000-7000-8000-00000000000a";
    // The last one was sent a link just now.
    for nobody in [unknown, "somebody@example.com", &staff, &user] {
        let answer = auth.send(HERE, nobody).await;
        assert_eq!(answer.parts(), expected.parts(), "{nobody}");
        assert_eq!(calls(&auth), expected_calls, "{nobody}");
    }
    assert_eq!(auth.sent().await.len(), 1);
    assert!(auth.pool.take_calls().is_empty());
}

#[tokio::test]
async fn a_stranger_who_asks_all_day_long_leaves_the_user_theirs() {
    let auth = Auth::start().await;
    let (user, subject) = auth.reachable().await;
    // From the beginning of a day on.
    auth.world.clock.advance(MINUTE * 60 * 16);
    let (mut by_stranger, mut own) = (0, 0);
    for n in 1..=24 * 6 {
        auth.world.clock.advance(MINUTE * 9);
        assert_eq!(auth.send(ELSEWHERE, &user).await.status, 200);
        by_stranger += auth.sent().await.len();
        auth.world.clock.advance(MINUTE);
        if n % 18 == 0 {
            auth.send(HERE, &user).await;
            let secret = auth.sent().await.remove(0);
            let secret = attesta_identity::Secret::parse("atl", &secret).expect("a secret");
            let id = auth.world.user.user_id;
            let redeemed = auth.world.store.redeem(id, subject, &secret).await;
            own += usize::from(redeemed.expect("answered"));
        }
    }
    assert_eq!((by_stranger, own), (10, 8));
}

#[tokio::test]
async fn whatever_way_a_user_is_written_one_source_is_counted_once() {
    let auth = Auth::start().await;
    let (user, _) = auth.reachable().await;
    let mut went_out = 0;
    for n in 0..12 {
        let text = if n % 2 == 0 { user.to_uppercase() } else { format!(" {user} ") };
        assert_eq!(auth.send(HERE, &text).await.status, 200);
        went_out += auth.sent().await.len();
        auth.world.clock.advance(MINUTE);
    }
    assert_eq!(went_out, 10);
}

#[tokio::test]
async fn one_source_may_ask_for_many_users_but_not_for_all() {
    let auth = Auth::start().await;
    auth.world.clock.advance(MINUTE * 10);
    for _ in 0..60 {
        let id = auth.world.store.ids().uuid().expect("random").to_string();
        assert_eq!(auth.send(HERE, &id).await.status, 200);
    }
    let answer = auth.send(HERE, "another").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, Some("3000")));
    assert_eq!(auth.send(ELSEWHERE, "another").await.status, 200);
}

#[tokio::test]
async fn a_link_leads_where_links_may_lead_and_nowhere_else() {
    let auth = Auth::start().await;
    let (user, _) = auth.reachable().await;
    for elsewhere in [
        "https://evil.example/in",
        "https://app.example.com/out",
        "https://app.example.com@evil.example/in",
        "https://app.example.com/in/../out",
        "https://app.example.com/in#x",
        "http://app.example.com/in",
        "javascript:alert(1)",
    ] {
        let body = json!({"id": user, "redirect": elsewhere});
        let answer = call(&auth.router, json("POST", SEND, "", &body)).await;
        let problem =
            json!([{"field": "redirect", "message": "is no place that links may lead to"}]);
        assert_eq!((answer.status.as_u16(), &answer.body["validation"]), (400, &problem));
    }
    assert!(auth.sent().await.is_empty());
    let answer = call(&auth.router, json("POST", SEND, "", &json!({"more": 1}))).await;
    assert_eq!(answer.body["validation"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn a_link_that_is_none_is_refused_without_a_word_to_cognito() {
    let auth = Auth::start().await;
    let (user, _) = auth.reachable().await;
    auth.send(HERE, &user).await;
    let sent = auth.sent().await.remove(0);
    let unknown = attesta_identity::Secret::new("atl", &[7; 32]);
    for secret in ["", "nonsense", &sent[..52], unknown.expose()] {
        let answer = auth.verify(secret).await;
        if secret.is_empty() {
            assert_eq!(answer.status, 400);
        } else {
            assert_eq!(answer.parts(), (401, &dead()), "{secret}");
        }
    }
    auth.world.clock.advance(MINUTE * 15);
    assert_eq!(auth.verify(&sent).await.parts(), (401, &dead()));
    assert!(auth.pool.take_calls().is_empty());
}

#[tokio::test]
async fn a_link_that_was_used_gets_the_same_answer() {
    let auth = Auth::start().await;
    let (user, _) = auth.reachable().await;
    auth.send(HERE, &user).await;
    let secret = auth.sent().await.remove(0);
    auth.pool.set("AdminInitiateAuth", challenge());
    for refusal in ["NotAuthorizedException", "UserLambdaValidationException"] {
        auth.pool.refuse("AdminRespondToAuthChallenge", refusal);
        assert_eq!(auth.verify(&secret).await.parts(), (401, &dead()), "{refusal}");
    }
}

#[tokio::test]
async fn where_cognito_breaks_off_the_link_is_spent_and_the_user_is_told() {
    let auth = Auth::start().await;
    let (user, _) = auth.reachable().await;
    auth.send(HERE, &user).await;
    let secret = auth.sent().await.remove(0);
    auth.pool.set("AdminInitiateAuth", challenge());
    auth.pool.refuse("AdminRespondToAuthChallenge", "InternalErrorException");
    let expected = json!({
        "message": "The sign-in broke off, and the link is spent; ask for another.",
        "status": "error",
        "code": "link_spent",
    });
    assert_eq!(auth.verify(&secret).await.parts(), (409, &expected));
    auth.pool.refuse("AdminRespondToAuthChallenge", "TooManyRequestsException");
    assert_eq!(auth.verify(&secret).await.status, 429);
}

#[tokio::test]
async fn one_source_may_try_so_many_links() {
    let auth = Auth::start().await;
    let try_one = async |address: &str| {
        let request = json("POST", VERIFY, "", &json!({"id": "nonsense"}));
        call(&auth.router, from(address, request)).await.status.as_u16()
    };
    for _ in 0..60 {
        assert_eq!(try_one(HERE).await, 401);
    }
    assert_eq!((try_one(HERE).await, try_one(ELSEWHERE).await), (429, 401));
    auth.world.clock.advance(MINUTE);
    assert_eq!(try_one(HERE).await, 401);
}
