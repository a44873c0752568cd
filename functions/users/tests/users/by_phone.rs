//! `POST /customers/users/by-phone`.

use attesta_identity::UserCaller;
use attesta_model::{DirectoryJob, Scope, User, Welcome};
use attesta_store::Seed;
use serde_json::{Value, json};

use crate::world::Users;

const PHONE: &str = "+447400123456";

#[tokio::test]
async fn a_program_finds_whose_number_it_is() {
    let users = Users::start().await;
    let mia = users.member("mia", &["member"]).await;
    let kept = users.kept(mia.user_id).await;
    let seed = Seed(&users.world.store);
    seed.user(&User { phone: Some(PHONE.to_owned()), ..kept }).await.expect("written");
    let program = users.program(&[Scope::CustomersWrite]).await;
    let answer = users.by("POST", "/by-phone", &program, &json!({"phone": PHONE})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["id"], json!(mia.user_id));
    assert_eq!(answer.body["organisationId"], json!(users.world.organisation));
    assert_eq!(answer.body["roles"], json!(["member"]));
    assert_eq!(answer.body["tokens"], Value::Null);
    assert_eq!(users.jobs().await, []);
}

#[tokio::test]
async fn a_number_that_is_nobodys_makes_somebody_who_has_it_alone() {
    let users = Users::start().await;
    let program = users.program(&[Scope::CustomersWrite]).await;
    let staff = users.world.user_token(&users.world.staff);
    let body = json!({"phone": PHONE});
    let first = users.by("POST", "/by-phone", &program, &body).await;
    assert_eq!(first.status, 200, "{}", first.body);
    for (field, expected) in [
        ("phone", json!({"callingCode": "44", "number": "7400123456"})),
        ("email", Value::Null),
        ("organisationId", Value::Null),
        ("roles", json!([])),
        ("profiles", json!([])),
        ("businessUnits", json!([])),
        ("status", json!("active")),
    ] {
        assert_eq!(first.body[field], expected, "{field}");
    }
    for token in [&program, &staff] {
        let again = users.by("POST", "/by-phone", token, &body).await;
        assert_eq!((again.status.as_u16(), &again.body), (200, &first.body));
    }
    let user_id = first.body["id"].as_str().expect("an id").parse().expect("an id");
    let job = DirectoryJob::Enter { user_id, welcome: Welcome::Silent };
    assert_eq!(users.jobs().await, [job]);
}

#[tokio::test]
async fn a_number_is_one_from_its_calling_code_on() {
    let users = Users::start().await;
    let staff = &users.world.staff;
    for body in
        [json!({}), json!({"phone": null}), json!({"phone": "07400123456"}), json!({"phone": 1})]
    {
        let answer = users.as_user("POST", "/by-phone", staff, &body).await;
        let told = &answer.body["validation"][0]["field"];
        assert_eq!((answer.status.as_u16(), told), (400, &json!("phone")), "{body}");
    }
}

#[tokio::test]
async fn nobody_else_looks_numbers_up() {
    let users = Users::start().await;
    let body = json!({"phone": PHONE});
    let reads = users.program(&[Scope::CustomersRead]).await;
    assert_eq!(users.by("POST", "/by-phone", &reads, &body).await.status, 403);
    for caller in [&users.world.user, &users.world.read_only_staff] {
        assert_eq!(users.as_user("POST", "/by-phone", caller, &body).await.status, 403);
    }
    let (token, _) = users.world.api_token(&["owner"]).await;
    let program = UserCaller { api_token: Some(token.id), ..users.world.user.clone() };
    assert_eq!(users.as_user("POST", "/by-phone", &program, &body).await.status, 403);
    assert_eq!(users.by("POST", "/by-phone", "", &body).await.status, 401);
    assert_eq!(users.jobs().await, []);
}
