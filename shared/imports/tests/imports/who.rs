//! Who may import, and into what.

use attesta_identity::UserCaller;
use attesta_model::{HomeCountry, Organisation, OrganisationId, Profile, Status};
use attesta_store::Seed;
use attesta_testing::World;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::{Imports, form, things};

/// A member of the world's organisation who doesn't own it.
async fn member(world: &World) -> UserCaller {
    let (user_id, organisation_id) = (world.other_user.user_id, world.organisation);
    let profile = Profile::new(user_id, organisation_id, Vec::new());
    Seed(&world.store).profile(&profile).await.expect("written");
    world.other_user.clone()
}

#[tokio::test]
async fn owners_import_into_their_own_organisation_and_staff_into_any() {
    let imports = Imports::start().await;
    let world = &imports.world;
    let (home, other) = (world.organisation.to_string(), world.other_organisation.to_string());
    let nobody = OrganisationId(Uuid::max()).to_string();
    let member = member(world).await;
    let file = things(&["a,1,where"]);
    for (who, caller, into, expected) in [
        ("an owner", &world.user, Some(home.as_str()), Ok((home.as_str(), "one"))),
        ("an owner", &world.user, None, Ok((home.as_str(), "one"))),
        ("a stranger", &world.user, Some(other.as_str()), Err(404)),
        ("a member", &member, Some(home.as_str()), Err(403)),
        ("an owner", &world.user, Some("odd"), Err(404)),
        ("staff", &world.staff, Some(other.as_str()), Ok((other.as_str(), "two"))),
        ("staff", &world.staff, None, Ok(("", ""))),
        ("staff", &world.staff, Some(nobody.as_str()), Err(404)),
        ("a reader", &world.read_only_staff, Some(home.as_str()), Err(403)),
    ] {
        let answer = imports.import(caller, into, &file).await;
        match expected {
            Err(status) => assert_eq!(answer.status, status, "{who} {into:?}"),
            Ok((id, name)) => {
                assert_eq!(answer.status, 200, "{who} {into:?} {}", answer.body);
                let row = &answer.body["results"][0];
                let found = (&row["id"], &row["message"][0]);
                assert_eq!(found, (&json!(id), &json!(name)), "{who} {into:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_name_says_which_organisation_where_no_identifier_does() {
    let imports = Imports::start().await;
    let file = things(&["a,1,where"]);
    let store = &imports.world.store;
    let of = |country| Organisation {
        country,
        ..Organisation::new(
            OrganisationId(store.ids().uuid().expect("random")),
            "Two",
            store.ids().now(),
        )
    };
    Seed(store).named_organisation(&of(HomeCountry::Gb)).await.expect("written");
    for (caller, name, expected) in [
        (&imports.world.user, "ONE", Some("one")),
        (&imports.world.user, "two", None),
        (&imports.world.staff, "two", Some("Two")),
        (&imports.world.staff, "three", None),
    ] {
        let body = form(&[
            ("organisationName", None, name.as_bytes()),
            ("file", Some("f.csv"), file.as_bytes()),
        ]);
        let answer = imports.post("/things/import", Some(caller), body).await;
        let found = answer.body["results"][0]["message"][0].as_str();
        assert_eq!(found, expected, "{name} {}", answer.body);
        assert_eq!(answer.status, if expected.is_some() { 200 } else { 404 });
    }
    // A name counts in its country: of two that have it, neither is meant.
    Seed(store).named_organisation(&of(HomeCountry::Fr)).await.expect("written");
    let body =
        form(&[("organisationName", None, b"two"), ("file", Some("f.csv"), file.as_bytes())]);
    assert_eq!(imports.post("/things/import", Some(&imports.world.staff), body).await.status, 400);
}

#[tokio::test]
async fn what_staff_alone_import_is_forbidden_to_owners() {
    let imports = Imports::start().await;
    let file = things(&["a,1,"]);
    let body = || form(&[("file", Some("f.csv"), file.as_bytes())]);
    let path = "/staff-things/import";
    assert_eq!(imports.post(path, Some(&imports.world.user), body()).await.status, 403);
    assert_eq!(imports.post(path, Some(&imports.world.staff), body()).await.status, 200);
    assert_eq!(imports.post(path, None, body()).await.status, 401);
    let jobs = "/staff-things/import/jobs";
    let made = imports.call("POST", jobs, &imports.world.user, &Value::Null).await;
    assert_eq!(made.status, 403);
}

#[tokio::test]
async fn an_organisation_that_is_switched_off_imports_nothing() {
    let imports = Imports::start().await;
    let file = things(&["a,1,"]);
    imports.world.set_organisation_status(Status::Inactive).await;
    assert_eq!(imports.import(&imports.world.user, None, &file).await.status, 403);
    let home = imports.world.organisation.to_string();
    assert_eq!(imports.import(&imports.world.staff, Some(&home), &file).await.status, 200);
    imports.world.set_organisation_status(Status::Deleted).await;
    assert_eq!(imports.import(&imports.world.staff, Some(&home), &file).await.status, 404);
}

#[tokio::test]
async fn a_job_is_its_organisations_own() {
    let imports = Imports::start().await;
    let world = &imports.world;
    let member = member(world).await;
    let jobs = "/things/import/jobs";
    let made = imports.call("POST", jobs, &world.user, &Value::Null).await;
    let id = made.body["id"].as_str().expect("an id").to_owned();
    let path = format!("{jobs}/{id}");
    let other_kind = format!("/staff-things/import/jobs/{id}");
    let other_user = UserCaller::new(world.other_user.user_id);
    for (who, caller, path, status) in [
        ("its owner", &world.user, path.as_str(), 200),
        ("staff", &world.staff, path.as_str(), 200),
        ("a reader", &world.read_only_staff, path.as_str(), 200),
        ("a member", &member, path.as_str(), 403),
        ("staff, as another kind", &world.staff, other_kind.as_str(), 404),
    ] {
        let answer = imports.call("GET", path, caller, &Value::Null).await;
        assert_eq!(answer.status, status, "{who}: {}", answer.body);
    }
    let start = format!("{path}/start");
    for (who, caller, status) in [
        ("its owner", &world.user, 409),
        ("a reader", &world.read_only_staff, 403),
        ("a member", &member, 403),
    ] {
        let answer = imports.call("POST", &start, caller, &Value::Null).await;
        assert_eq!(answer.status, status, "{who}: {}", answer.body);
    }
    // Another's, and staff's own without an organisation, are as good as not there.
    let into = json!({"organisationId": world.other_organisation});
    for body in [into, Value::Null] {
        let made = imports.call("POST", jobs, &world.staff, &body).await;
        let path = format!("{jobs}/{}", made.body["id"].as_str().expect("an id"));
        assert_eq!(imports.call("GET", &path, &world.user, &Value::Null).await.status, 404);
        let owner = imports.call("GET", &path, &other_user, &Value::Null).await;
        assert_eq!(owner.status, if body.is_null() { 404 } else { 200 });
    }
    let absent = imports.call("GET", &format!("{jobs}/odd"), &world.user, &Value::Null).await;
    assert_eq!(absent.status, 404);
    let odd = json!({"organisation": "x"});
    assert_eq!(imports.call("POST", jobs, &world.staff, &odd).await.status, 400);
}
