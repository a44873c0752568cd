//! People and organisations, as the customer dialect shows them.

use attesta_model::{Staff, User};
use attesta_store::OwnProfile;
use attesta_testing::World;
use attesta_wire::customer::{AuthenticatedProfile, Phone, Tokens};
use serde_json::{Value, json};

async fn own(world: &World) -> OwnProfile {
    world.store.own_profile(&world.user).await.expect("a profile")
}

fn tokens() -> Tokens {
    Tokens {
        id: Some("zebra-id".into()),
        access: Some("zebra-access".into()),
        refresh: None,
        expires_in: Some(3600),
    }
}

/// The names that the contract requires of one of its schemas.
fn required(schema: &str) -> Vec<String> {
    const CONTRACT: &str = include_str!("../../../../tests/contract/customer.yaml");
    let schemas = CONTRACT.split_once("\n  schemas:\n").expect("schemas").1;
    let start = format!("    {schema}:\n");
    let own = schemas.split_once(&start).expect(schema).1;
    let own = own.split_once("\n      required:\n").expect("required").1;
    let names = own.lines().map_while(|line| line.strip_prefix("      - "));
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn every_documented_field_is_there_known_or_not() {
    let world = World::start().await;
    let shown = json!(AuthenticatedProfile::new(&own(&world).await, Some(tokens())));
    for (schema, at) in [
        ("AuthenticatedProfile", ""),
        ("Organisation", "/organisation"),
        ("User", "/user"),
        ("Profile", "/user/profiles/0"),
        ("Tokens", "/user/tokens"),
        ("Tokens", "/tokens"),
        ("Access", "/access"),
        ("ReadWrite", "/access/account/users"),
    ] {
        let object = shown.pointer(at).and_then(Value::as_object).expect(at);
        let mut names: Vec<_> = object.keys().cloned().collect();
        let mut expected = required(schema);
        names.sort();
        expected.sort();
        assert_eq!(names, expected, "{schema}");
    }
}

#[tokio::test]
async fn tokens_show_in_the_answer_and_nowhere_else() {
    let world = World::start().await;
    let profile = AuthenticatedProfile::new(&own(&world).await, Some(tokens()));
    assert_eq!(json!(profile)["tokens"]["access"], "zebra-access");
    assert!(!format!("{profile:?} {profile:#?}").contains("zebra"));
}

#[tokio::test]
async fn staff_are_in_their_groups_and_of_no_organisation() {
    let world = World::start().await;
    let mut own = own(&world).await;
    own.organisation = None;
    for (staff, groups) in
        [(Staff::Admin, json!(["admin"])), (Staff::ReadOnly, json!(["admin", "admin-readonly"]))]
    {
        own.person.user = User { staff: Some(staff), organisation_id: None, ..own.person.user };
        let shown = json!(AuthenticatedProfile::new(&own, None));
        assert_eq!(shown["user"]["groups"], groups);
        assert_eq!((&shown["organisation"], &shown["features"]), (&Value::Null, &json!({})));
        assert_eq!(shown["user"]["roles"], json!([]));
    }
}

#[test]
fn a_number_that_is_no_countrys_is_shown_as_it_is() {
    let shown = |text| json!(Phone::of(text));
    assert_eq!(shown("+447400123456"), json!({"callingCode": "44", "number": "7400123456"}));
    assert_eq!(shown("+999123"), json!({"callingCode": null, "number": "+999123"}));
}
