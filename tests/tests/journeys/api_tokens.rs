//! A program that acts in a user's name, until its token is taken back.

use attesta_reference_provider::http::Method;
use serde_json::{Value, json};

use super::Stack;

const PATH: &str = "/customers/auth/api-tokens";

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_program_acts_in_a_users_name_until_its_token_is_taken_back() {
    let stack = Stack::running();
    let (staff, owner) = (stack.sign_in("staff").await, stack.sign_in("owner").await);
    let own = stack.get("/customers/users/profile", &owner).await;
    assert_eq!(own.status, 200, "{:?}", own.body);
    let wanted = json!({"userId": own.body["user"]["id"], "hours": 1, "roles": ["owner"]});
    let made = stack.post(PATH, &staff, &wanted).await;
    assert_eq!(made.status, 200, "{:?}", made.body);

    // The same handler behind the users function's prefix.
    let shown = json!({"token": made.body["message"]});
    let entered = stack.post("/customers/users/api-tokens/authenticate", "", &shown).await;
    assert_eq!(entered.status, 200, "{:?}", entered.body);
    assert_eq!(entered.body["user"]["id"], own.body["user"]["id"]);
    assert_eq!(entered.body["tokens"]["refresh"], Value::Null);
    let program = entered.body["tokens"]["access"].as_str().expect("a token").to_owned();
    stack.new_learner(&program).await;
    assert_eq!(stack.post(PATH, &program, &wanted).await.status, 403, "it makes no tokens");

    let of_user = format!("{PATH}?userId={}", own.body["user"]["id"].as_str().expect("an id"));
    let listed = stack.get(&of_user, &staff).await;
    let newest = listed.body.as_array().and_then(|tokens| tokens.last()).expect("a token");
    let place = format!("{PATH}/{}", newest["id"].as_str().expect("an id"));
    let revoked = stack.call(Method::DELETE, &place, &staff, &Value::Null, &[]).await;
    assert_eq!(revoked.status, 200, "{:?}", revoked.body);

    let organisation = stack.text("/organisationId");
    let webhook = format!("/lapi/v1/webhook/{organisation}/");
    assert_eq!(stack.get(&webhook, &program).await.status, 401);
    assert_eq!(stack.get("/customers/users/profile", &program).await.status, 401);
    let again = stack.post(&format!("{PATH}/authenticate"), "", &shown).await;
    assert_eq!(again.status, 401);
}
