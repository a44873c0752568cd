//! `PATCH /customers/business-units/{id}`.

use attesta_identity::UserCaller;
use attesta_model::{BusinessUnitId, Relationship};
use attesta_testing::Answer;
use serde_json::{Value, json};

use crate::assurance::{asked, start};
use crate::world::{BusinessUnits, problems};

async fn patch(
    function: &BusinessUnits,
    caller: &UserCaller,
    id: BusinessUnitId,
    body: &Value,
) -> Answer {
    function.call(caller, "PATCH", &format!("/customers/business-units/{id}"), body).await
}

#[tokio::test]
async fn what_is_given_replaces_and_the_rest_stays() {
    let function = BusinessUnits::start().await;
    let owner = &function.world.user;
    let business = json!({
        "name": "Marden", "email": "a@example.com", "locationTag": "south",
        "location": {"what3words": "a.b.c", "coordinates": {"lat": 1}},
    });
    let id = function.make("North Farm", "farm", business).await;
    let change = json!({"business": {
        "email": null,
        "phoneNumber": "+44 7400 123456",
        "managementTag": "smith",
        "location": {"address": {"city": "Chichester"}},
    }});
    let answer = patch(&function, owner, id, &change).await;
    assert_eq!(answer.parts().0, 200, "{}", answer.body);
    let business = &answer.body["business"];
    assert_eq!(answer.body["name"], "North Farm");
    assert_eq!(
        (&business["name"], &business["email"]),
        (&json!("Marden"), &json!("a@example.com"))
    );
    assert_eq!(business["phone"]["number"], "7400123456");
    assert_eq!(answer.body["tags"], json!(["south", "smith"]));
    // A location is one thing.
    assert_eq!(business["location"]["address"]["city"], "Chichester");
    assert_eq!(business["location"]["what3words"], Value::Null);

    let name = json!({"name": " South  Farm", "business": null});
    let renamed = patch(&function, owner, id, &name).await;
    assert_eq!(renamed.parts().0, 200, "{}", renamed.body);
    assert_eq!(
        (&renamed.body["name"], &renamed.body["business"]),
        (&json!("South  Farm"), business)
    );
    let list = format!("/customers/business-units/organisations/{}", function.world.organisation);
    assert_eq!(function.get(owner, &list).await.body["businessUnits"], json!([renamed.body]));
    // The former name is free; only a name's look changes no other's.
    function.make("North Farm", "stores", Value::Null).await;
    let look = patch(&function, owner, id, &json!({"name": "SOUTH FARM"})).await;
    assert_eq!((look.parts().0, &look.body["name"]), (200, &json!("SOUTH FARM")));
}

#[tokio::test]
async fn a_business_may_come_later_but_for_a_region() {
    let function = BusinessUnits::start().await;
    let owner = &function.world.user;
    let farm = function.make("North Farm", "farm", Value::Null).await;
    let change = json!({"business": {"name": "Marden"}});
    let answer = patch(&function, owner, farm, &change).await;
    assert_eq!((answer.parts().0, &answer.body["business"]["name"]), (200, &json!("Marden")));
    let region = function.make("The South", "region", Value::Null).await;
    assert_eq!(problems(&patch(&function, owner, region, &change).await), ["business"]);
}

#[tokio::test]
async fn a_clash_of_names_and_nothing_to_do_are_refused() {
    let function = BusinessUnits::start().await;
    let owner = &function.world.user;
    let id = function.make("North Farm", "farm", Value::Null).await;
    function.make("South Farm", "farm", Value::Null).await;
    let taken = patch(&function, owner, id, &json!({"name": "south farm"})).await;
    assert_eq!((taken.parts().0, &taken.body["code"]), (409, &json!("name_taken")));
    for empty in [Value::Null, json!({}), json!({"name": null, "business": null})] {
        assert_eq!(patch(&function, owner, id, &empty).await.parts().0, 400, "{empty}");
    }
    let wrong = json!({"name": "", "type": "stores", "business": {"email": "x", "id": 1}});
    let answer = patch(&function, owner, id, &wrong).await;
    assert_eq!(problems(&answer), ["name", "business.email", "business.id", "type"]);
    let list = format!("/customers/business-units/organisations/{}", function.world.organisation);
    let read = function.get(owner, &list).await;
    assert_eq!(read.body["businessUnits"][0]["name"], "North Farm");
}

#[tokio::test]
async fn only_the_owner_and_staff_may() {
    let function = BusinessUnits::start().await;
    let world = &function.world;
    let id = function.make("North Farm", "farm", Value::Null).await;
    let member = world.colleague(&["account-manager"], &[id]).await;
    let change = json!({"name": "x"});
    for (caller, status) in
        [(&member, 403), (&world.read_only_staff, 403), (&world.other_user, 404)]
    {
        let answer = patch(&function, caller, id, &change).await;
        assert_eq!(answer.parts().0, status, "{}", answer.body);
    }
    world.connect(world.other_organisation, world.organisation, &[Relationship::Trading]).await;
    assert_eq!(patch(&function, &world.other_user, id, &change).await.parts().0, 403);
    let nobodys = BusinessUnitId("019abc00-0000-7000-8000-000000000001".parse().expect("an id"));
    for caller in [&world.user, &world.staff] {
        assert_eq!(patch(&function, caller, nobodys, &change).await.parts().0, 404);
    }
    let nonsense = function.call(&world.user, "PATCH", "/customers/business-units/x", &change);
    assert_eq!(nonsense.await.parts().0, 404);
    for (caller, name) in [(&world.staff, "y"), (&world.user, "z")] {
        let answer = patch(&function, caller, id, &json!({"name": name})).await;
        assert_eq!((answer.parts().0, &answer.body["name"]), (200, &json!(name)));
    }
}

#[tokio::test]
async fn who_vouches_for_it_is_asked_where_it_may_be_another() {
    let (function, service) = start().await;
    let owner = &function.world.user;
    let id = function.make("North Farm", "farm", json!({"holdingNumber": "1"})).await;
    let changed = async |business: Value| {
        let answer = patch(&function, owner, id, &json!({"business": business})).await;
        assert_eq!(answer.parts().0, 200, "{}", answer.body);
        answer.body["business"]["assurance"]["certificateIdentifier"].clone()
    };
    assert_eq!(changed(json!({"name": "x"})).await, "2RRVTHNXTS");
    assert_eq!(asked(&service).len(), 1);
    assert_eq!(changed(json!({"holdingNumber": "2"})).await, "2RRVTHNXTS");
    let abroad = json!({"location": {"address": {"countryISO": "FR"}}});
    assert_eq!(changed(abroad).await, "2RRVTHNXTS");
    let expected = [
        "/certificates?country=GBR&holdingNumber=1",
        "/certificates?country=GBR&holdingNumber=2",
        "/certificates?country=FRA&holdingNumber=2",
    ];
    assert_eq!(asked(&service), expected);
    // What spoke for another holding speaks for this one no more, if nobody can be asked.
    service.lock().expect("not poisoned").1 = 503;
    assert_eq!(changed(json!({"holdingNumber": "3"})).await, Value::Null);
    service.lock().expect("not poisoned").1 = 200;
    assert_eq!(changed(json!({"holdingNumber": "3"})).await, "2RRVTHNXTS");
    assert_eq!(changed(json!({"assuranceScheme": "SQC"})).await, Value::Null);
}
