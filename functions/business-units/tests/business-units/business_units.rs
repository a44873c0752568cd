//! `POST /customers/business-units`.

use attesta_model::{OWNER, Relationship, Status};
use attesta_testing::{Answer, call, json as request, with_header};
use serde_json::{Value, json};

use crate::assurance::{asked, start};
use crate::world::{BusinessUnits, problems};

const PATH: &str = "/customers/business-units";

fn farm(function: &BusinessUnits, name: &str) -> Value {
    json!({"organisationId": function.world.organisation, "name": name, "type": "farm"})
}

async fn post(function: &BusinessUnits, body: &Value) -> Answer {
    function.call(&function.world.user, "POST", PATH, body).await
}

#[tokio::test]
async fn the_owner_makes_a_unit_with_all_that_is_said_of_it() {
    let function = BusinessUnits::start().await;
    let mut body = farm(&function, "  North Farm ");
    body["business"] = json!({
        "location": {
            "what3words": "a.b.c",
            "address": {"postcode": "PO18 9JP", "region": "Sussex", "countryISO": "GB"},
            "coordinates": {"lat": 50.9, "lon": -0.8},
        },
        "name": "Up Marden Farms",
        "phoneNumber": "+44 7400 123456",
        "email": "farm@example.com",
        "locationTag": "south",
        "managementTag": "smith",
        "sqc": {"number": "7", "isAssured": true},
        "assuranceScheme": "SQC",
        "holdingNumber": null,
    });
    let answer = post(&function, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = answer.body["id"].clone();
    let nothing = Value::Null;
    let address = json!({
        "name": nothing, "line1": nothing, "line2": nothing, "line3": nothing, "city": nothing,
        "region": "Sussex", "regionISO": nothing, "postcode": "PO18 9JP", "countryName": nothing,
        "countryISO": "GB",
    });
    let expected = json!({
        "ordinal": 1.0,
        "id": id,
        "name": "North Farm",
        "type": "farm",
        "tags": ["south", "smith"],
        "business": {
            "id": id,
            "businessUnitId": id,
            "organisationId": function.world.organisation,
            "location": {
                "what3words": "a.b.c",
                "address": address,
                "coordinates": {"lat": 50.9, "lon": -0.8},
            },
            "businessName": "Up Marden Farms",
            "name": "Up Marden Farms",
            "phone": {"callingCode": "44", "number": "7400123456"},
            "email": "farm@example.com",
            "tags": ["south", "smith"],
            "locationTag": "south",
            "managementTag": "smith",
            "assuranceScheme": "SQC",
            "holdingNumber": nothing,
            "sqc": {"number": "7", "isAssured": true},
            "assurance": nothing,
        },
        "storeCount": nothing,
        "fieldCount": nothing,
    });
    assert_eq!(answer.body, expected);
    let path = format!("/customers/businesses/{}", text(&id));
    let read = function.get(&function.world.user, &path).await;
    assert_eq!(read.body, expected["business"]);
    assert!(function.world.outbox().await.is_empty());
}

fn text(id: &Value) -> &str {
    id.as_str().expect("a text")
}

#[tokio::test]
async fn a_name_is_one_units_however_it_is_written() {
    let function = BusinessUnits::start().await;
    function.make("North Farm", "farm", Value::Null).await;
    for name in ["North Farm", " north  FARM"] {
        let answer = post(&function, &farm(&function, name)).await;
        assert_eq!(answer.parts().0, 409, "{}", answer.body);
        assert_eq!(answer.body["code"], "name_taken");
    }
    // In another organisation it is another's.
    let (other, organisation) = (&function.world.other_user, function.world.other_organisation);
    let body = json!({"organisationId": organisation, "name": "North Farm", "type": "stores"});
    let answer = function.call(other, "POST", PATH, &body).await;
    assert_eq!((answer.parts().0, &answer.body["ordinal"]), (200, &json!(1.0)));
    assert_eq!(function.world.aws.items("BUSINESS_UNIT").await, 2);
}

#[tokio::test]
async fn every_problem_is_told() {
    let function = BusinessUnits::start().await;
    let fields = problems;
    let answer = post(&function, &json!({})).await;
    assert_eq!(fields(&answer), ["organisationId", "name", "type"]);
    let mut body = farm(&function, " ");
    body["type"] = json!("field");
    body["business"] = json!({
        "phoneNumber": "07400 123456",
        "email": "nobody",
        "assuranceScheme": "LEAF",
        "locationTag": "x".repeat(101),
        "location": {"address": {"countryISO": "DE"}, "coordinates": {"lat": 91}},
        "assurance": {},
    });
    body["owner"] = json!("x");
    let mut told =
        fields(&post(&function, &body).await).into_iter().map(str::to_owned).collect::<Vec<_>>();
    told.sort();
    let expected = [
        "business.assurance",
        "business.assuranceScheme",
        "business.email",
        "business.location.address.countryISO",
        "business.location.coordinates.lat",
        "business.locationTag",
        "business.phoneNumber",
        "name",
        "owner",
        "type",
    ];
    assert_eq!(told, expected);
    let long = farm(&function, &"x".repeat(201));
    assert_eq!(fields(&post(&function, &long).await), ["name"]);
    assert_eq!(function.world.aws.items("BUSINESS_UNIT").await, 0);
}

#[tokio::test]
async fn a_region_has_no_business() {
    let function = BusinessUnits::start().await;
    let region = |business: Value| {
        let mut body = farm(&function, "The South");
        body["type"] = json!("region");
        body["business"] = business;
        body
    };
    for business in [json!({}), json!({"name": "x"})] {
        assert_eq!(problems(&post(&function, &region(business)).await), ["business"]);
    }
    let answer = post(&function, &region(Value::Null)).await;
    assert_eq!(answer.parts().0, 200, "{}", answer.body);
    assert_eq!((&answer.body["type"], &answer.body["business"]), (&json!("region"), &Value::Null));
    assert_eq!(answer.body["tags"], json!([]));
}

#[tokio::test]
async fn only_the_owner_and_staff_may() {
    let function = BusinessUnits::start().await;
    let world = &function.world;
    let body = farm(&function, "North Farm");
    let member = world.colleague(&["account-manager"], &[]).await;
    let owner_by_token = {
        let (token, _) = world.api_token(&[]).await;
        attesta_identity::UserCaller { api_token: Some(token.id), ..world.user.clone() }
    };
    for (caller, status) in [
        (&member, 403),
        (&owner_by_token, 403),
        (&world.read_only_staff, 403),
        (&world.other_user, 404),
    ] {
        let answer = function.call(caller, "POST", PATH, &body).await;
        assert_eq!(answer.parts().0, status, "{}", answer.body);
    }
    // Whoever it deals with sees it.
    world.connect(world.organisation, world.other_organisation, &[Relationship::Organiser]).await;
    let answer = function.call(&world.other_user, "POST", PATH, &body).await;
    assert_eq!(answer.parts().0, 403, "{}", answer.body);
    for id in ["nonsense", "019abc00-0000-7000-8000-000000000001"] {
        let body = json!({"organisationId": id, "name": "x", "type": "farm"});
        for caller in [&world.user, &world.staff] {
            assert_eq!(function.call(caller, "POST", PATH, &body).await.parts().0, 404);
        }
    }
    let machine = call(&function.router, request("POST", PATH, "nonsense", &body)).await;
    assert_eq!(machine.parts().0, 401);
    assert_eq!(world.aws.items("BUSINESS_UNIT").await, 0);
    let co_owner = world.colleague(&[OWNER], &[]).await;
    for (caller, name) in [(&world.staff, "A"), (&world.user, "B"), (&co_owner, "C")] {
        let answer = function.call(caller, "POST", PATH, &farm(&function, name)).await;
        assert_eq!(answer.parts().0, 200, "{}", answer.body);
    }
    world.set_organisation_status(Status::Inactive).await;
    for (caller, status) in [(&world.user, 403), (&world.staff, 200)] {
        let answer = function.call(caller, "POST", PATH, &farm(&function, "D")).await;
        assert_eq!(answer.parts().0, status, "{}", answer.body);
    }
}

#[tokio::test]
async fn the_same_call_again_has_the_same_answer() {
    let (function, service) = start().await;
    let mut body = farm(&function, "North Farm");
    body["business"] = json!({"holdingNumber": "11/111/1111"});
    let token = function.world.user_token(&function.world.user);
    let post = async |body: &Value| {
        let call_ = with_header(request("POST", PATH, &token, body), "idempotency-key", "k");
        call(&function.router, call_).await
    };
    let first = post(&body).await;
    assert_eq!(first.parts().0, 200, "{}", first.body);
    let again = post(&body).await;
    assert_eq!(again.parts(), first.parts());
    assert_eq!(asked(&service).len(), 1);
    body["name"] = json!("South Farm");
    let other = post(&body).await;
    assert_eq!((other.parts().0, &other.body["code"]), (409, &json!("idempotency_key_reused")));
    assert_eq!(function.world.aws.items("BUSINESS_UNIT").await, 1);
}

#[tokio::test]
async fn who_vouches_for_it_is_looked_up() {
    let (function, service) = start().await;
    let made = async |name: &str, business: Value| {
        let mut body = farm(&function, name);
        body["business"] = business;
        let answer = post(&function, &body).await;
        assert_eq!(answer.parts().0, 200, "{}", answer.body);
        answer.body["business"]["assurance"]["certificateIdentifier"].clone()
    };
    let at = |country: &str| json!({"address": {"postcode": "PO18 9JP", "countryISO": country}});
    let by_number = json!({"holdingNumber": "11/111/1111", "location": at("FR")});
    assert_eq!(made("A", by_number).await, "2RRVTHNXTS");
    let by_place = json!({"assuranceScheme": "RT", "location": at("GB")});
    assert_eq!(made("B", by_place).await, "2RRVTHNXTS");
    let expected = [
        "/certificates?country=FRA&holdingNumber=11%2F111%2F1111",
        "/certificates?country=GBR&postcode=PO189JP",
    ];
    assert_eq!(asked(&service), expected);
    // Nobody is asked about what is under another scheme, or says too little.
    for (name, business) in [
        ("C", json!({"holdingNumber": "11/111/1111", "assuranceScheme": "SQC"})),
        ("D", json!({"assuranceScheme": "RT"})),
        ("E", json!({"location": at("GB")})),
    ] {
        assert_eq!(made(name, business).await, Value::Null, "{name}");
    }
    assert_eq!(asked(&service).len(), 2);
    // Of several at a postcode nobody knows which it is; of a holding's, the good one counts.
    let certificate =
        |status: &str, id: &str| json!({"CertificateStatus": status, "CertificateIdentifier": id});
    service.lock().expect("not poisoned").2 =
        json!([certificate("Grace", "OLD"), certificate("Valid", "NEW")]);
    let elsewhere = json!({"assuranceScheme": "RT", "location": {"address": {"postcode": "X1"}}});
    assert_eq!(made("F", elsewhere).await, Value::Null);
    assert_eq!(made("G", json!({"holdingNumber": "2"})).await, "NEW");
    // What is too much to be kept with it is left out.
    let id = "x".repeat(20_000);
    service.lock().expect("not poisoned").2 = json!([certificate("Valid", &id)]);
    assert_eq!(made("H", json!({"holdingNumber": "3"})).await, Value::Null);
}

#[tokio::test]
async fn a_service_that_is_down_keeps_nobody_from_it() {
    let (function, service) = start().await;
    service.lock().expect("not poisoned").1 = 503;
    let id = function.make("North Farm", "farm", json!({"holdingNumber": "1"})).await;
    assert_eq!(asked(&service).len(), 3);
    let read = function.get(&function.world.user, &format!("/customers/businesses/{id}")).await;
    assert_eq!(read.body["holdingNumber"], "1");
    assert_eq!(read.body["assurance"], Value::Null);
    // Nor does one that nobody set up.
    let function = BusinessUnits::start().await;
    function.make("North Farm", "farm", json!({"holdingNumber": "1"})).await;
}
