//! `PATCH /customers/users/{id}`.

use attesta_identity::UserCaller;
use attesta_model::Scope;
use attesta_testing::{Answer, World};
use serde_json::{Value, json};

use crate::world::Users;

impl Users {
    async fn patch(&self, of: &UserCaller, by: &UserCaller, body: &Value) -> Answer {
        self.as_user("PATCH", &format!("/{}", of.user_id), by, body).await
    }
}

async fn with_pool() -> Users {
    let users = Users::start().await;
    users.pool.set("AdminUpdateUserAttributes", json!({}));
    users
}

#[tokio::test]
async fn a_user_says_who_they_are_and_what_they_agree_to() {
    let users = Users::start().await;
    let mia = users.member("mia", &["member"]).await;
    let body = json!({
        "givenName": "Mia", "familyName": "Muster", "countryISO": "ZA", "pushToken": "push",
        "phoneLandline": "+442079460000", "avatar": {"id": "a", "url": "https://example.com/a"},
        "termsAgreed": true, "marketingEmails": false, "email": null, "phone": null,
        "roles": null, "businessUnits": null, "smsNotifications": null,
    });
    let answer = users.patch(&mia, &mia, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for (field, expected) in [
        ("name", json!("Mia Muster")),
        ("countryISO", json!("ZA")),
        ("pushToken", json!("push")),
        ("phoneLandline", json!({"callingCode": "44", "number": "2079460000"})),
        ("roles", json!(["member"])),
    ] {
        assert_eq!(answer.body[field], expected, "{field}");
    }
    assert_eq!(answer.body["avatar"]["url"], "https://example.com/a");
    let settings = &answer.body["settings"];
    assert_eq!(
        [&settings["terms"], &settings["marketing"], &settings["sms"]],
        [&json!(true), &json!(false), &Value::Null]
    );
    let more = users.patch(&mia, &mia, &json!({"whatsAppNotifications": true})).await;
    assert_eq!(more.body["settings"]["terms"], true);
    let read = users.as_user("GET", &format!("/{}", mia.user_id), &mia, &Value::Null).await;
    assert_eq!(read.body, more.body);
    let nothing = users.patch(&mia, &mia, &json!({})).await;
    assert_eq!((nothing.status.as_u16(), &nothing.body), (200, &read.body));
}

#[tokio::test]
async fn nobody_raises_their_own_roles_or_changes_a_colleague() {
    let users = Users::start().await;
    users.subscribe().await;
    let (mia, max) = (users.member("mia", &[]).await, users.member("max", &[]).await);
    for body in [json!({"roles": ["trading-manager"]}), json!({"businessUnits": []})] {
        assert_eq!(users.patch(&mia, &mia, &body).await.status, 403, "{body}");
    }
    let name = json!({"givenName": "Max"});
    assert_eq!(users.patch(&max, &mia, &name).await.status, 403);
    assert_eq!(users.patch(&max, &users.world.other_user, &name).await.status, 404);
    assert_eq!(users.patch(&max, &users.world.read_only_staff, &name).await.status, 403);
    let reader = &users.world.read_only_staff;
    assert_eq!(users.patch(reader, reader, &name).await.status, 403);
    let program = users.program(&[Scope::CustomersRead, Scope::CustomersWrite]).await;
    let path = format!("/{}", max.user_id);
    assert_eq!(users.by("PATCH", &path, &program, &name).await.status, 401);
    assert_eq!(users.kept(max.user_id).await.given_name, None);
}

#[tokio::test]
async fn an_owner_says_what_their_users_may_do_and_not_what_they_want() {
    let users = Users::start().await;
    users.subscribe().await;
    let unit = users.unit("North").await;
    let mia = users.member("mia", &["member"]).await;
    let owner = &users.world.user;
    let body = json!({"roles": ["trading-manager"], "businessUnits": [unit], "familyName": "M"});
    let answer = users.patch(&mia, owner, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["roles"], json!(["trading-manager"]));
    assert_eq!(answer.body["businessUnits"][0]["name"], "North");
    assert_eq!(answer.body["name"], "M");
    for personal in
        [json!({"termsAgreed": true}), json!({"pushToken": "push"}), json!({"avatar": {"id": "a"}})]
    {
        assert_eq!(users.patch(&mia, owner, &personal).await.status, 403, "{personal}");
    }
    let own = json!({"roles": ["owner", "trading-viewer"]});
    assert_eq!(users.patch(owner, owner, &own).await.status, 200);
    let (token, _) = users.world.api_token(&[]).await;
    let narrowed = UserCaller { api_token: Some(token.id), ..owner.clone() };
    assert_eq!(users.patch(&mia, &narrowed, &json!({"roles": []})).await.status, 403);
}

#[tokio::test]
async fn of_an_external_user_their_part_in_the_owners_organisation_changes_alone() {
    let users = Users::start().await;
    let ext = users.external("ext", &["user"]).await;
    let owner = &users.world.user;
    let answer = users.patch(&ext, owner, &json!({"roles": ["member", "csp"]})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["roles"]), (200, &json!(["csp", "member"])));
    let path = format!("/{}", ext.user_id);
    let at_home = users.as_user("GET", &path, &users.world.other_user, &Value::Null).await;
    assert_eq!(at_home.body["roles"], json!(["member"]));
    for theirs in [
        json!({"givenName": "X"}),
        json!({"email": "x@example.com"}),
        json!({"phone": "+447400123456"}),
        json!({"termsAgreed": true}),
    ] {
        assert_eq!(users.patch(&ext, owner, &theirs).await.status, 403, "{theirs}");
    }
}

#[tokio::test]
async fn nobody_becomes_owner_by_a_role_or_moves() {
    let users = Users::start().await;
    let World { user, other_organisation, organisation, staff, .. } = &users.world;
    let mia = users.member("mia", &["member"]).await;
    for (of, field, body) in [
        (&mia, "roles", json!({"roles": ["owner"]})),
        (user, "roles", json!({"roles": ["member"]})),
        (&mia, "roles", json!({"roles": ["trading-viewer"]})),
        (&mia, "businessUnits", json!({"businessUnits": [organisation]})),
        (&mia, "organisationId", json!({"organisationId": other_organisation})),
        (staff, "roles", json!({"roles": ["member"]})),
    ] {
        let answer = users.patch(of, staff, &body).await;
        let told = &answer.body["validation"][0]["field"];
        assert_eq!((answer.status.as_u16(), told), (400, &json!(field)), "{body}");
    }
    let own = json!({"organisationId": organisation, "givenName": "Mia", "termsAgreed": true});
    assert_eq!(users.patch(&mia, staff, &own).await.status, 200);
}

#[tokio::test]
async fn another_address_is_asked_for_and_counts_once_it_is_verified() {
    let users = with_pool().await;
    let mia = users.member("mia", &[]).await;
    let body = json!({"email": "new@example.com", "phone": "+447400123456", "givenName": "Mia"});
    for by in [&mia, &users.world.user, &users.world.staff] {
        let answer = users.patch(&mia, by, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(
            (&answer.body["email"], &answer.body["phone"]),
            (&json!("mia@example.com"), &Value::Null)
        );
        let calls = users.pool.take_calls();
        assert_eq!(calls.len(), 1, "{calls:?}");
        assert_eq!(calls[0].1["Username"], mia.user_id.to_string());
        let asked = json!([{"Name": "email", "Value": "new@example.com"},
            {"Name": "phone_number", "Value": "+447400123456"}]);
        assert_eq!(calls[0].1["UserAttributes"], asked, "unverified, so that a code is sent");
    }
    assert_eq!(users.kept(mia.user_id).await.email.as_deref(), Some("mia@example.com"));
    let same = users.patch(&mia, &mia, &json!({"email": "mia@example.com"})).await;
    assert_eq!((same.status.as_u16(), users.pool.take_calls()), (200, Vec::new()));
}

#[tokio::test]
async fn to_ask_for_it_oneself_takes_the_access_token() {
    let users = with_pool().await;
    let World { user, .. } = &users.world;
    let path = format!("/{}", user.user_id);
    let (body, id_token) = (json!({"email": "new@example.com"}), users.world.id_token(user));
    let answer = users.by("PATCH", &path, &id_token, &body).await;
    let code = &answer.body["code"];
    assert_eq!((answer.status.as_u16(), code), (401, &json!("access_token_required")));
    let (token, _) = users.world.api_token(&["owner"]).await;
    let program = UserCaller { api_token: Some(token.id), ..user.clone() };
    assert_eq!(users.patch(user, &program, &body).await.status, 403);
    assert_eq!(users.pool.take_calls(), []);
    let name = users.by("PATCH", &path, &id_token, &json!({"givenName": "Uma"})).await;
    assert_eq!(name.status, 200);
}

#[tokio::test]
async fn what_the_pool_or_the_table_refuses_changes_nothing() {
    let users = with_pool().await;
    let mia = users.member("mia", &[]).await;
    let body = json!({"email": "two@example.com", "givenName": "Mia"});
    let answer = users.patch(&mia, &mia, &body).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (409, &json!("email_taken")));
    assert_eq!(users.pool.take_calls(), []);
    let body = json!({"email": "new@example.com", "givenName": "Mia"});
    for (error, status, code) in [
        ("AliasExistsException", 409, "email_taken"),
        ("UserNotFoundException", 409, "not_in_pool"),
        ("InvalidParameterException", 400, "refused"),
    ] {
        users.pool.refuse_saying(
            "AdminUpdateUserAttributes",
            error,
            "An account with the email already exists.",
        );
        let answer = users.patch(&mia, &mia, &body).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (status, &json!(code)));
    }
    assert_eq!(users.kept(mia.user_id).await.given_name, None);
}

#[tokio::test]
async fn codes_are_not_sent_without_end() {
    let users = with_pool().await;
    let mia = users.member("mia", &[]).await;
    let patch = async |n: usize| {
        users.patch(&mia, &mia, &json!({"email": format!("{n}@example.com")})).await.status
    };
    for n in 0..5 {
        assert_eq!(patch(n).await, 200);
    }
    assert_eq!(patch(5).await, 429);
    assert_eq!(users.pool.take_calls().len(), 5);
}

#[tokio::test]
async fn what_is_wrong_is_told_by_field() {
    let users = Users::start().await;
    let user = &users.world.user;
    let body = json!({"givenName": "x".repeat(129), "countryISO": "DE", "email": "x",
        "phone": "07400", "phoneLandline": 1, "termsAgreed": "yes", "avatar": {"x": 1},
        "status": "active"});
    let answer = users.patch(user, user, &body).await;
    let told = answer.body["validation"].as_array().expect("a list");
    let mut fields: Vec<_> = told.iter().filter_map(|one| one["field"].as_str()).collect();
    fields.sort_unstable();
    let all = [
        "avatar.x",
        "countryISO",
        "email",
        "givenName",
        "phone",
        "phoneLandline",
        "status",
        "termsAgreed",
    ];
    assert_eq!((answer.status.as_u16(), fields.as_slice()), (400, all.as_slice()));
}

#[tokio::test]
async fn a_role_that_was_held_can_be_kept() {
    let users = Users::start().await;
    let mia = users.member("mia", &["trading-viewer"]).await;
    let body = json!({"roles": ["trading-viewer", "member"]});
    assert_eq!(users.patch(&mia, &users.world.user, &body).await.status, 200);
    assert_eq!(users.patch(&mia, &users.world.user, &json!({"roles": []})).await.status, 200);
    assert_eq!(users.patch(&mia, &users.world.user, &body).await.status, 400);
}
