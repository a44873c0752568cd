//! `GET /customers/users/profile`.

use attesta_identity::UserCaller;
use attesta_model::{Module, Organisation, Profile, Status, User};
use attesta_store::Seed;
use attesta_testing::World;
use serde_json::{Value, json};

use crate::world::Users;

/// Gives the world's user a phone, these roles, and their organisation these modules.
async fn set_up(world: &World, roles: &[&str], modules: &[&str], status: Status) {
    let seed = Seed(&world.store);
    let (user_id, organisation_id) = (world.user.user_id, world.organisation);
    let user = world.store.user(user_id).await.expect("read").expect("there");
    seed.user(&User { phone: Some("+447400123456".to_owned()), ..user }).await.expect("written");
    let roles = roles.iter().map(|&role| role.to_owned()).collect();
    seed.profile(&Profile::new(user_id, organisation_id, roles)).await.expect("written");
    let module =
        |id: &&str| Module { id: (*id).to_owned(), name: Some(id.to_uppercase()), price: None };
    let organisation = Organisation::new(organisation_id, "One", world.store.ids().now());
    let modules = modules.iter().map(module).collect();
    let organisation = Organisation { status, owner_id: Some(user_id), modules, ..organisation };
    seed.organisation(&organisation).await.expect("written");
}

/// The areas with something to see, and whether anything may be changed there.
fn areas(access: &Value) -> Vec<(String, bool)> {
    let areas = access.as_object().expect("an object").iter();
    let seen = areas.filter_map(|(area, rights)| {
        let rights = rights.as_object().filter(|rights| !rights.is_empty())?;
        Some((area.clone(), rights.values().any(|right| right["write"] == true)))
    });
    seen.collect()
}

#[tokio::test]
async fn a_user_sees_who_they_are_and_what_they_may_do() {
    let users = Users::start().await;
    set_up(&users.world, &["owner"], &["trading", "weather"], Status::Active).await;
    let answer = users.profile(&users.world.user).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (id, home) = (users.world.user.user_id, users.world.organisation);
    let user = &answer.body["user"];
    for (field, expected) in [
        ("id", json!(id)),
        ("authPlatformId", json!(id)),
        ("email", json!("one@example.com")),
        ("phone", json!({"callingCode": "44", "number": "7400123456"})),
        ("type", json!("internal")),
        ("external", json!(false)),
        ("status", json!("active")),
        ("groups", json!([])),
        ("roles", json!(["owner"])),
        ("profiles", json!([{"organisationId": home, "businessUnits": [], "roles": ["owner"]}])),
        ("organisationId", json!(home)),
        ("organisationName", json!("One")),
        ("tokens", Value::Null),
        ("avatar", Value::Null),
    ] {
        assert_eq!(user[field], expected, "{field}");
    }
    let organisation = &answer.body["organisation"];
    assert_eq!((&organisation["id"], &organisation["status"]), (&json!(home), &json!("active")));
    assert_eq!(
        organisation["modules"][0],
        json!({"id": "trading", "name": "TRADING", "price": null})
    );
    assert_eq!(answer.body["features"], json!({"trading": true, "weather": true}));
    assert_eq!(answer.body["tokens"], Value::Null);
    let access = &answer.body["access"];
    assert_eq!((&access["administrator"], &access["menu"]), (&json!(false), &json!(true)));
    assert_eq!(areas(access), [("account".to_owned(), true), ("trading".to_owned(), true)]);
}

#[tokio::test]
async fn a_member_sees_the_account_and_what_their_roles_open() {
    let users = Users::start().await;
    let roles = ["trading-viewer", "logistics-manager"];
    set_up(&users.world, &roles, &["trading"], Status::Verified).await;
    let answer = users.profile(&users.world.user).await;
    let seen = areas(&answer.body["access"]);
    assert_eq!(seen, [("account".to_owned(), false), ("trading".to_owned(), false)]);
}

#[tokio::test]
async fn where_the_organisation_is_switched_off_there_is_nothing_to_do() {
    let users = Users::start().await;
    set_up(&users.world, &["owner"], &["trading"], Status::Inactive).await;
    let answer = users.profile(&users.world.user).await;
    assert_eq!((answer.status.as_u16(), areas(&answer.body["access"])), (200, Vec::new()));
    assert_eq!(answer.body["access"]["menu"], false);
}

#[tokio::test]
async fn staff_see_the_system_and_their_groups() {
    let users = Users::start().await;
    for (caller, groups, writes) in [
        (&users.world.staff, json!(["admin"]), true),
        (&users.world.read_only_staff, json!(["admin", "admin-readonly"]), false),
    ] {
        let answer = users.profile(caller).await;
        assert_eq!(answer.body["user"]["groups"], groups);
        assert_eq!(answer.body["organisation"], Value::Null);
        assert_eq!(answer.body["access"]["administrator"], true);
        assert_eq!(areas(&answer.body["access"]), [("system".to_owned(), writes)]);
    }
}

#[tokio::test]
async fn a_program_with_an_api_token_has_its_roles_alone() {
    let users = Users::start().await;
    let (token, _) = users.world.api_token(&[]).await;
    let caller = UserCaller { api_token: Some(token.id), ..users.world.user.clone() };
    let answer = users.profile(&caller).await;
    assert_eq!(answer.body["user"]["roles"], json!([]));
    assert_eq!(answer.body["user"]["profiles"][0]["roles"], json!([]));
    assert_eq!(areas(&answer.body["access"]), [("account".to_owned(), false)]);
}

#[tokio::test]
async fn who_is_disabled_is_refused_and_who_signed_out_is_not_known() {
    let users = Users::start().await;
    let World { user, organisation, .. } = &users.world;
    users.world.set_user_status(user, *organisation, Status::Inactive).await;
    assert_eq!(users.profile(user).await.status, 403);
    users.world.store.end_sessions(user.user_id).await.expect("ended");
    assert_eq!(users.profile(user).await.status, 401);
}
