//! `GET /customers/businesses` and `/{id}`.

use attesta_identity::UserCaller;
use attesta_model::{BusinessUnitId, MachineKind, Status};
use attesta_testing::{Answer, call, json as request};
use serde_json::{Value, json};

use crate::world::{BusinessUnits, problems};

const PATH: &str = "/customers/businesses";

async fn read(function: &BusinessUnits, caller: &UserCaller, id: BusinessUnitId) -> Answer {
    function.get(caller, &format!("{PATH}/{id}")).await
}

/// The names of the businesses in an answer.
fn names(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let businesses = answer.body.as_array().expect("a list");
    businesses.iter().filter_map(|business| business["name"].as_str()).collect()
}

async fn farm(function: &BusinessUnits, name: &str) -> BusinessUnitId {
    function.make(name, "farm", json!({"name": name, "phoneNumber": "+447400123456"})).await
}

/// The other organisation's farm.
async fn other_farm(function: &BusinessUnits) -> BusinessUnitId {
    let world = &function.world;
    let organisation = world.other_organisation;
    let body = json!({
        "organisationId": organisation, "name": "Z", "type": "farm", "business": {"name": "Z"},
    });
    let answer = function.call(&world.other_user, "POST", "/customers/business-units", &body).await;
    answer.body["id"].as_str().expect("an id").parse().expect("an id")
}

#[tokio::test]
async fn whoever_sees_the_organisation_sees_a_business_of_it() {
    let function = BusinessUnits::start().await;
    let world = &function.world;
    let id = farm(&function, "A").await;
    let member = world.colleague(&[], &[]).await;
    for caller in [&world.user, &member, &world.staff, &world.read_only_staff] {
        let answer = read(&function, caller, id).await;
        assert_eq!(answer.parts().0, 200, "{}", answer.body);
        assert_eq!((&answer.body["id"], &answer.body["name"]), (&json!(id), &json!("A")));
        assert_eq!(answer.body["phone"], json!({"callingCode": "44", "number": "7400123456"}));
    }
    assert_eq!(read(&function, &world.other_user, id).await.parts().0, 404);
    let anybody = call(&function.router, request("GET", &format!("{PATH}/{id}"), "", &Value::Null));
    assert_eq!(anybody.await.parts().0, 401);
    world.set_organisation_status(Status::Inactive).await;
    assert_eq!(read(&function, &member, id).await.parts().0, 403);
    assert_eq!(read(&function, &world.staff, id).await.parts().0, 200);
}

#[tokio::test]
async fn so_do_those_it_deals_with_either_way() {
    let function = BusinessUnits::start().await;
    let world = &function.world;
    let (ours, theirs) = (farm(&function, "A").await, other_farm(&function).await);
    world.connect(world.organisation, world.other_organisation, &[]).await;
    assert_eq!(read(&function, &world.other_user, ours).await.parts().0, 200);
    assert_eq!(read(&function, &world.user, theirs).await.parts().0, 200);
    world.set_organisation_status(Status::Inactive).await;
    assert_eq!(read(&function, &world.other_user, ours).await.parts().0, 200);
    assert_eq!(read(&function, &world.user, theirs).await.parts().0, 404);
    world.set_organisation_status(Status::Deleted).await;
    assert_eq!(read(&function, &world.other_user, ours).await.parts().0, 404);
}

#[tokio::test]
async fn there_is_none_of_a_region_or_of_nothing() {
    let function = BusinessUnits::start().await;
    let owner = &function.world.user;
    let region = function.make("The South", "region", Value::Null).await;
    let bare = function.make("Bare", "farm", Value::Null).await;
    let nobodys = BusinessUnitId("019abc00-0000-7000-8000-000000000001".parse().expect("an id"));
    for id in [region, bare, nobodys] {
        assert_eq!(read(&function, owner, id).await.parts().0, 404, "{id}");
    }
    assert_eq!(function.get(owner, &format!("{PATH}/nonsense")).await.parts().0, 404);
    let all = function.get(owner, &format!("{PATH}?ids={region},{bare},{nobodys},nonsense")).await;
    assert!(names(&all).is_empty());
}

#[tokio::test]
async fn many_come_in_the_order_of_their_ids_without_those_not_seen() {
    let function = BusinessUnits::start().await;
    let world = &function.world;
    let (a, b) = (farm(&function, "A").await, farm(&function, "B").await);
    let z = other_farm(&function).await;
    let path =
        format!("{PATH}?ids={b},nonsense,%20{a},{z},{b},019abc00-0000-7000-8000-000000000001");
    assert_eq!(names(&function.get(&world.user, &path).await), ["B", "A"]);
    assert_eq!(names(&function.get(&world.other_user, &path).await), ["Z"]);
    assert_eq!(names(&function.get(&world.staff, &path).await), ["B", "A", "Z"]);
    world.connect(world.organisation, world.other_organisation, &[]).await;
    assert_eq!(names(&function.get(&world.user, &path).await), ["B", "A", "Z"]);
}

#[tokio::test]
async fn a_hundred_may_be_asked_for_and_at_least_one() {
    let function = BusinessUnits::start().await;
    let owner = &function.world.user;
    let id = farm(&function, "A").await;
    for query in ["", "?ids=", "?ids=,%20", "?id=1"] {
        let answer = function.get(owner, &format!("{PATH}{query}")).await;
        assert_eq!(problems(&answer), ["ids"], "{query}");
    }
    let ids = |count: usize| {
        let others = (1..count).map(|at| format!("019abc00-0000-7000-8000-{at:012}"));
        let all: Vec<_> = others.chain([id.to_string()]).collect();
        format!("{PATH}?ids={}", all.join(","))
    };
    assert_eq!(names(&function.get(owner, &ids(100)).await), ["A"]);
    assert_eq!(problems(&function.get(owner, &ids(101)).await), ["ids"]);
}

#[tokio::test]
async fn a_program_sees_all_if_it_may_read() {
    let function = BusinessUnits::start().await;
    let (a, z) = (farm(&function, "A").await, other_farm(&function).await);
    let one = format!("{PATH}/{a}");
    let answer = function.get_as_machine(MachineKind::Service, &one).await;
    assert_eq!((answer.parts().0, &answer.body["name"]), (200, &json!("A")));
    let both = format!("{PATH}?ids={z},{a}");
    assert_eq!(names(&function.get_as_machine(MachineKind::Service, &both).await), ["Z", "A"]);
    let nobodys = format!("{PATH}/019abc00-0000-7000-8000-000000000001");
    assert_eq!(function.get_as_machine(MachineKind::Service, &nobodys).await.parts().0, 404);
    // One of an organisation's has not the scope, even for its own.
    for path in [&one, &both] {
        assert_eq!(function.get_as_machine(MachineKind::Csp, path).await.parts().0, 403, "{path}");
    }
}
