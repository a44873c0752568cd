//! `POST /customers/users`.

use attesta_identity::UserCaller;
use attesta_model::{DirectoryJob, Scope, Status, UserId, Welcome};
use attesta_testing::{Answer, call, json as request, with_header};
use serde_json::{Value, json};

use crate::world::Users;

fn una() -> Value {
    json!({"givenName": "Una", "familyName": "Umber", "email": "una@example.com", "phone": null})
}

fn id_of(answer: &Answer) -> UserId {
    answer.body["id"].as_str().expect("an id").parse().expect("an id")
}

impl Users {
    async fn create(&self, caller: &UserCaller, body: &Value) -> Answer {
        self.as_user("POST", "", caller, body).await
    }

    async fn create_with_key(&self, key: &str, body: &Value) -> Answer {
        let token = self.world.user_token(&self.world.user);
        let request =
            with_header(request("POST", "/customers/users", &token, body), "idempotency-key", key);
        call(&self.router, request).await
    }
}

#[tokio::test]
async fn an_owner_lets_somebody_in_who_is_sent_an_invitation() {
    let users = Users::start().await;
    users.subscribe().await;
    let unit = users.unit("North").await;
    let mut body = una();
    body["phone"] = json!("+447400123456");
    body["countryISO"] = json!("FR");
    body["pushToken"] = Value::Null;
    body["roles"] = json!(["trading-viewer", "member", "member"]);
    body["businessUnits"] = json!([unit]);
    let answer = users.create(&users.world.user, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let home = users.world.organisation;
    for (field, expected) in [
        ("givenName", json!("Una")),
        ("familyName", json!("Umber")),
        ("name", json!("Una Umber")),
        ("email", json!("una@example.com")),
        ("phone", json!({"callingCode": "44", "number": "7400123456"})),
        ("countryISO", json!("FR")),
        ("organisationId", json!(home)),
        ("organisationName", json!("one")),
        ("status", json!("active")),
        ("type", json!("internal")),
        ("external", json!(false)),
        ("roles", json!(["member", "trading-viewer"])),
        ("tokens", Value::Null),
        (
            "businessUnits",
            json!([{"id": unit, "name": "North", "type": "farm", "business": null,
                "region": null, "tags": []}]),
        ),
    ] {
        assert_eq!(answer.body[field], expected, "{field}");
    }
    let user_id = id_of(&answer);
    let job = DirectoryJob::Enter { user_id, welcome: Welcome::Invite };
    assert_eq!(users.jobs().await, [job]);
    let found = users.world.store.user_by_name("UNA@example.com").await.expect("read");
    assert_eq!(found.map(|user| user.id), Some(user_id));
    let read = users.as_user("GET", &format!("/{user_id}"), &users.world.user, &Value::Null).await;
    assert_eq!(read.body, answer.body);
}

#[tokio::test]
async fn staff_say_for_which_organisation_and_readers_may_not() {
    let users = Users::start().await;
    let mut body = una();
    let none = users.create(&users.world.staff, &body).await;
    let told = &none.body["validation"][0]["field"];
    assert_eq!((none.status.as_u16(), told), (400, &json!("organisationId")));
    body["organisationId"] = json!(users.world.other_organisation);
    assert_eq!(users.create(&users.world.read_only_staff, &body).await.status, 403);
    let made = users.create(&users.world.staff, &body).await;
    assert_eq!(made.body["organisationId"], json!(users.world.other_organisation));
    body["organisationId"] = json!(UserId(users.world.store.ids().uuid().expect("random")));
    assert_eq!(users.create(&users.world.staff, &body).await.status, 404);
}

#[tokio::test]
async fn nobody_else_lets_anybody_in() {
    let users = Users::start().await;
    let member = users.member("mia", &["member"]).await;
    let external = users.external("ext", &["member"]).await;
    for caller in [&member, &external] {
        assert_eq!(users.create(caller, &una()).await.status, 403);
    }
    let mut body = una();
    body["organisationId"] = json!(users.world.organisation);
    assert_eq!(users.create(&users.world.other_user, &body).await.status, 404);
    body["organisationId"] = json!("nonsense");
    assert_eq!(users.create(&users.world.user, &body).await.status, 404);
    // What they deal with is in sight.
    users.connect(&[]).await;
    body["organisationId"] = json!(users.world.other_organisation);
    assert_eq!(users.create(&users.world.user, &body).await.status, 403);
    let program = users.program(&[Scope::CustomersRead, Scope::CustomersWrite]).await;
    assert_eq!(users.by("POST", "", &program, &una()).await.status, 401);
    assert_eq!(users.by("POST", "", "", &una()).await.status, 401);
    let (token, _) = users.world.api_token(&[]).await;
    let narrowed = UserCaller { api_token: Some(token.id), ..users.world.user.clone() };
    assert_eq!(users.create(&narrowed, &una()).await.status, 403);
    users.world.set_organisation_status(Status::Inactive).await;
    assert_eq!(users.create(&users.world.user, &una()).await.status, 403);
    assert_eq!(users.jobs().await, []);
}

#[tokio::test]
async fn every_problem_is_told_at_once() {
    let users = Users::start().await;
    let body = json!({"familyName": "", "countryISO": "DE", "email": "x", "roles": "all",
        "businessUnits": ["x"], "admin": true});
    let answer = users.create(&users.world.user, &body).await;
    assert_eq!(answer.status, 400);
    let told = answer.body["validation"].as_array().expect("a list");
    let mut fields: Vec<_> = told.iter().filter_map(|one| one["field"].as_str()).collect();
    fields.sort_unstable();
    let all = [
        "admin",
        "businessUnits",
        "countryISO",
        "email",
        "familyName",
        "givenName",
        "phone",
        "roles",
    ];
    assert_eq!(fields, all);
}

#[tokio::test]
async fn roles_and_units_are_the_organisations() {
    let users = Users::start().await;
    for (field, value) in [
        ("roles", json!(["owner"])),
        ("roles", json!(["admin"])),
        ("roles", json!(["trading-viewer"])),
        ("businessUnits", json!([users.world.organisation])),
    ] {
        let mut body = una();
        body[field] = value.clone();
        let answer = users.create(&users.world.user, &body).await;
        let told = &answer.body["validation"][0]["field"];
        assert_eq!((answer.status.as_u16(), told), (400, &json!(field)), "{value}");
    }
    for role in ["member", "user", "csp", "reseller"] {
        let mut body = una();
        body["email"] = json!(format!("{role}@example.com"));
        body["roles"] = json!([role]);
        assert_eq!(users.create(&users.world.user, &body).await.status, 200, "{role}");
    }
}

#[tokio::test]
async fn an_address_that_is_taken_is_a_conflict() {
    let users = Users::start().await;
    let mut body = una();
    body["phone"] = json!("+447400123456");
    assert_eq!(users.create(&users.world.user, &body).await.status, 200);
    let again = users.create(&users.world.user, &body).await;
    assert_eq!((again.status.as_u16(), &again.body["code"]), (409, &json!("email_taken")));
    body["email"] = json!("ugo@example.com");
    let again = users.create(&users.world.user, &body).await;
    assert_eq!((again.status.as_u16(), &again.body["code"]), (409, &json!("phone_taken")));
    assert_eq!(users.jobs().await.len(), 1);
}

#[tokio::test]
async fn the_same_call_again_makes_nobody_else() {
    let users = Users::start().await;
    let first = users.create_with_key("a", &una()).await;
    assert_eq!(first.status, 200, "{}", first.body);
    let again = users.create_with_key("a", &una()).await;
    assert_eq!((again.status.as_u16(), &again.body), (200, &first.body));
    assert_eq!(users.jobs().await.len(), 1);
    let mut other = una();
    other["email"] = json!("ugo@example.com");
    let answer = users.create_with_key("a", &other).await;
    let code = &answer.body["code"];
    assert_eq!((answer.status.as_u16(), code), (409, &json!("idempotency_key_reused")));
}
