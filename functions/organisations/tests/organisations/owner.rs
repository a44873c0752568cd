//! `PUT /customers/organisations/owner`.

use attesta_identity::UserCaller;
use attesta_model::{Module, Notice, Organisation, Status, User};
use attesta_store::Seed;
use serde_json::json;

use crate::world::{Organisations, code, faults};

async fn change(
    function: &Organisations,
    caller: &UserCaller,
    to: &UserCaller,
) -> attesta_testing::Answer {
    let body = json!({"newOwnerUserId": to.user_id});
    function.call(caller, "PUT", "/owner", &body).await
}

async fn trading(function: &Organisations) {
    let module = Module { id: "trading".to_owned(), name: None, price: None };
    function.make(|one| Organisation { modules: vec![module], ..one }).await;
}

#[tokio::test]
async fn the_roles_of_both_change_places_and_both_are_told() {
    let function = Organisations::start().await;
    trading(&function).await;
    let una = function.member("una", &["trading-viewer", "another"]).await;
    let owner = function.world.user.clone();
    let answer = change(&function, &owner, &una).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["ownerContact"]["id"], json!(una.user_id));
    assert_eq!(function.kept().await.owner_id, Some(una.user_id));
    assert_eq!(
        function.roles(&una).await,
        ["owner", "trading-viewer", "trading-manager", "another"]
    );
    assert_eq!(function.roles(&owner).await, ["trading-viewer"]);
    let told: Vec<_> = function
        .notices()
        .await
        .into_iter()
        .map(|notice| match notice {
            Notice::OwnerChanged { email, owner, organisation, .. } => (email, owner, organisation),
            other => panic!("{other:?}"),
        })
        .collect();
    let to = |email: &str| (email.to_owned(), "una".to_owned(), "one".to_owned());
    assert_eq!(told, [to("one@example.com"), to("una@example.com")]);
    // Whoever owned it does so no more.
    assert_eq!(code(&change(&function, &owner, &owner).await), (403, "forbidden"));
    assert_eq!(change(&function, &una, &owner).await.status, 200);
    assert_eq!(function.roles(&una).await, ["another", "trading-viewer"]);
}

#[tokio::test]
async fn staff_change_the_owner_of_the_users_organisation() {
    let function = Organisations::start().await;
    let una = function.member("una", &[]).await;
    let reader = function.world.read_only_staff.clone();
    assert_eq!(code(&change(&function, &reader, &una).await), (403, "forbidden"));
    let answer = change(&function, &function.world.staff, &una).await;
    assert_eq!((answer.status.as_u16(), &answer.body["id"]), (200, &json!(function.id())));
    let answer = change(&function, &function.world.staff, &reader).await;
    assert_eq!(code(&answer), (404, "not_found"));
}

#[tokio::test]
async fn only_an_active_member_becomes_the_owner() {
    let function = Organisations::start().await;
    let (owner, una) = (function.world.user.clone(), function.member("una", &[]).await);
    for (to, expected) in [
        (&function.world.other_user, (404, "not_found")),
        (&function.world.staff, (404, "not_found")),
        (&owner, (409, "already_owner")),
    ] {
        assert_eq!(code(&change(&function, &owner, to).await), expected);
    }
    let user = function.world.store.user(una.user_id).await.expect("read").expect("there");
    Seed(&function.world.store)
        .user(&User { status: Status::Inactive, ..user })
        .await
        .expect("written");
    assert_eq!(code(&change(&function, &owner, &una).await), (409, "inactive"));
    let nobody = function.call(&owner, "PUT", "/owner", &json!({"newOwnerUserId": "x"})).await;
    assert_eq!(code(&nobody), (404, "not_found"));
    assert_eq!(
        faults(&function.call(&owner, "PUT", "/owner", &json!({})).await),
        ["newOwnerUserId"]
    );
    assert_eq!(function.kept().await.owner_id, Some(owner.user_id));
    assert_eq!(function.notices().await, []);
}

#[tokio::test]
async fn a_member_gives_away_nothing() {
    let function = Organisations::start().await;
    let una = function.member("una", &["trading-manager"]).await;
    assert_eq!(code(&change(&function, &una, &una).await), (403, "forbidden"));
}

#[tokio::test]
async fn two_changes_at_once_leave_one_owner() {
    let function = Organisations::start().await;
    let owner = function.world.user.clone();
    let (una, ida) = (function.member("una", &[]).await, function.member("ida", &[]).await);
    let (one, two) = tokio::join!(change(&function, &owner, &una), change(&function, &owner, &ida));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
    let mut owners = Vec::new();
    for caller in [&owner, &una, &ida] {
        if function.roles(caller).await.contains(&"owner".to_owned()) {
            owners.push(caller.user_id);
        }
    }
    assert_eq!(owners, [function.kept().await.owner_id.expect("an owner")]);
}
