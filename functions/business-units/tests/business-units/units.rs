//! `GET /customers/business-units/organisations/{id}` and its summary.

use attesta_identity::UserCaller;
use attesta_model::{
    Address, BusinessUnitId, Location, MachineKind, Organisation, Relationship, Status,
};
use attesta_store::Seed;
use attesta_testing::Answer;
use serde_json::{Value, json};

use crate::world::BusinessUnits;

fn path(function: &BusinessUnits) -> String {
    format!("/customers/business-units/organisations/{}", function.world.organisation)
}

async fn list(function: &BusinessUnits, caller: &UserCaller) -> Answer {
    function.get(caller, &path(function)).await
}

async fn summary(function: &BusinessUnits, caller: &UserCaller) -> Answer {
    function.get(caller, &format!("{}/summary", path(function))).await
}

/// The names of the units that an answer has.
fn names(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let units = answer.body["businessUnits"].as_array().expect("a list");
    units.iter().filter_map(|unit| unit["name"].as_str()).collect()
}

async fn three(function: &BusinessUnits) -> [BusinessUnitId; 3] {
    let business = |location: &str, management: &str| {
        json!({
            "name": "Marden", "locationTag": location, "managementTag": management,
            "location": {"address": {"region": "Sussex"}},
        })
    };
    [
        function.make("C", "farm", business("south", "smith")).await,
        function.make("A", "stores", business("north", "smith")).await,
        function.make("B", "region", Value::Null).await,
    ]
}

#[tokio::test]
async fn the_owner_sees_all_of_them_oldest_first() {
    let function = BusinessUnits::start().await;
    let (world, owner) = (&function.world, &function.world.user);
    let address = Address { region_iso: Some("GB-ENG".to_owned()), ..Address::default() };
    let location = Some(Location { address: Some(address), ..Location::default() });
    let organisation = Organisation::new(world.organisation, "One", world.store.ids().now());
    Seed(&world.store).organisation(&Organisation { location, ..organisation }).await.expect("in");
    let empty = list(&function, owner).await;
    assert!(names(&empty).is_empty());
    let ids = three(&function).await;
    let answer = list(&function, owner).await;
    assert_eq!(names(&answer), ["C", "A", "B"]);
    let groups = json!([
        {"name": "location", "tags": ["north", "south"]},
        {"name": "management", "tags": ["smith"]},
    ]);
    for (field, expected) in [
        ("id", json!(world.organisation)),
        ("organisationId", json!(world.organisation)),
        ("organisationName", json!("One")),
        ("organisationRegionISO", json!("GB-ENG")),
        ("tagGroups", groups.clone()),
    ] {
        assert_eq!(answer.body[field], expected, "{field}");
    }
    let units = answer.body["businessUnits"].as_array().expect("a list");
    for (unit, (id, ordinal)) in units.iter().zip(ids.iter().zip([1.0, 2.0, 3.0])) {
        assert_eq!((&unit["id"], &unit["ordinal"]), (&json!(id), &json!(ordinal)));
    }
    assert_eq!(units[1]["business"]["managementTag"], "smith");
    assert_eq!(units[2]["business"], Value::Null);

    let answer = summary(&function, owner).await;
    let first = json!({
        "id": ids[0], "name": "C", "type": "farm", "business": "Marden", "region": "Sussex",
        "tags": ["south", "smith"],
    });
    assert_eq!(answer.body["businessUnits"][0], first);
    assert_eq!(answer.body["tagGroups"], groups);
    assert_eq!(answer.body["organisationName"], "One");
}

#[tokio::test]
async fn a_member_sees_those_they_see_to_and_all_in_short() {
    let function = BusinessUnits::start().await;
    let [c, _, b] = three(&function).await;
    let gone = BusinessUnitId("019abc00-0000-7000-8000-000000000001".parse().expect("an id"));
    let member = function.world.colleague(&["account-viewer"], &[b, c, b, gone]).await;
    let answer = list(&function, &member).await;
    assert_eq!(names(&answer), ["C", "B"]);
    assert_eq!(answer.body["businessUnits"][1]["ordinal"], 3.0);
    assert_eq!(answer.body["tagGroups"][0], json!({"name": "location", "tags": ["south"]}));
    assert_eq!(names(&summary(&function, &member).await), ["C", "A", "B"]);
    let without = function.world.colleague(&["account-viewer"], &[]).await;
    assert!(names(&list(&function, &without).await).is_empty());
    assert_eq!(names(&summary(&function, &without).await).len(), 3);
}

#[tokio::test]
async fn staff_see_all_and_strangers_none() {
    let function = BusinessUnits::start().await;
    three(&function).await;
    let world = &function.world;
    for staff in [&world.staff, &world.read_only_staff] {
        assert_eq!(names(&list(&function, staff).await), ["C", "A", "B"]);
        assert_eq!(names(&summary(&function, staff).await), ["C", "A", "B"]);
    }
    assert_eq!(list(&function, &world.other_user).await.parts().0, 404);
    assert_eq!(summary(&function, &world.other_user).await.parts().0, 404);
    let nobodys = "/customers/business-units/organisations/019abc00-0000-7000-8000-000000000001";
    for path in [nobodys, "/customers/business-units/organisations/nonsense"] {
        for caller in [&world.user, &world.staff] {
            assert_eq!(function.get(caller, path).await.parts().0, 404, "{path}");
        }
    }
    let service = function.get_as_machine(MachineKind::Service, &path(&function)).await;
    assert_eq!(service.parts().0, 401, "{}", service.body);
    world.set_organisation_status(Status::Inactive).await;
    assert_eq!(list(&function, &world.user).await.parts().0, 403);
}

#[tokio::test]
async fn of_those_it_deals_with_its_organisers_see_all() {
    let function = BusinessUnits::start().await;
    three(&function).await;
    let world = &function.world;
    let (us, them) = (world.organisation, world.other_organisation);
    let seen = async || {
        let both =
            [list(&function, &world.other_user).await, summary(&function, &world.other_user).await];
        both.map(|answer| answer.status.as_u16())
    };
    // What somebody is to the caller gives the caller nothing.
    world.connect(them, us, &[Relationship::Organiser]).await;
    assert_eq!(seen().await, [403, 403]);
    world.connect(us, them, &[Relationship::Trading, Relationship::Storage]).await;
    assert_eq!(seen().await, [403, 403]);
    world.connect(us, them, &[Relationship::Trading, Relationship::Organiser]).await;
    assert_eq!(seen().await, [200, 200]);
    assert_eq!(names(&list(&function, &world.other_user).await), ["C", "A", "B"]);
}

#[tokio::test]
async fn whoever_lost_their_part_in_it_is_a_stranger() {
    let function = BusinessUnits::start().await;
    let world = &function.world;
    three(&function).await;
    let member = world.colleague(&[], &[]).await;
    world.remove_profile(&member).await;
    assert_eq!(list(&function, &member).await.parts().0, 404);
}
