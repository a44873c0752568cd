//! `/customers/organisations/{id}/modules`.

use serde_json::{Value, json};

use crate::world::{Organisations, code, faults};

fn trading(amount: f64) -> Value {
    json!({"id": "trading", "price": {"amount": amount, "currency": "GBP"}})
}

#[tokio::test]
async fn the_owners_roles_come_and_go_with_a_module() {
    let function = Organisations::start().await;
    let (owner, staff) = (function.world.user.clone(), function.world.staff.clone());
    let named = json!({"id": "trading", "name": "Trading", "price": null});
    let answer = function.own(&staff, "POST", "/modules", &named).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let with = ["owner", "trading-viewer", "trading-manager"];
    assert_eq!(function.roles(&owner).await, with);
    let answer = function.own(&staff, "POST", "/modules", &trading(4.5)).await;
    let price = json!({"amount": 4.5, "currency": "GBP"});
    let expected = json!([{"id": "trading", "name": "Trading", "price": price}]);
    assert_eq!((answer.status.as_u16(), &answer.body["modules"]), (200, &expected));
    assert_eq!(function.roles(&owner).await, with);
    let answer = function.own(&staff, "DELETE", "/modules", &json!({"id": "trading"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["modules"]), (200, &json!([])));
    assert_eq!(function.roles(&owner).await, ["owner"]);
    let again = function.own(&staff, "DELETE", "/modules", &json!({"id": "trading"})).await;
    assert_eq!(code(&again), (409, "no_module"));
}

#[tokio::test]
async fn a_module_goes_by_its_path_too() {
    let function = Organisations::start().await;
    let staff = function.world.staff.clone();
    assert_eq!(function.own(&staff, "POST", "/modules", &trading(1.0)).await.status, 200);
    let remove = async || function.own(&staff, "DELETE", "/modules/trading", &Value::Null).await;
    assert_eq!(remove().await.status, 200);
    assert_eq!(code(&remove().await), (409, "no_module"));
}

#[tokio::test]
async fn roles_that_somebody_gave_stay() {
    let function = Organisations::start().await;
    let una = function.member("una", &["trading-viewer"]).await;
    let staff = function.world.staff.clone();
    function.own(&staff, "POST", "/modules", &trading(1.0)).await;
    let body = json!({"modules": [{"id": "logistics"}]});
    assert_eq!(function.own(&staff, "PATCH", "", &body).await.status, 200);
    let owners = ["owner", "logistics-viewer", "logistics-manager"];
    assert_eq!(function.roles(&function.world.user).await, owners);
    assert_eq!(function.roles(&una).await, ["trading-viewer"]);
}

#[tokio::test]
async fn two_modules_at_once_are_both_there() {
    let function = Organisations::start().await;
    let staff = function.world.staff.clone();
    let add = async |id: &str| {
        let body = json!({"id": id, "price": null});
        function.own(&staff, "POST", "/modules", &body).await.status.as_u16()
    };
    let both = tokio::join!(add("trading"), add("inventory"));
    assert_eq!(both, (200, 200));
    assert_eq!(function.kept().await.modules.len(), 2);
    assert_eq!(function.roles(&function.world.user).await.len(), 5);
}

#[tokio::test]
async fn staff_alone_see_to_modules() {
    let function = Organisations::start().await;
    let world = &function.world;
    for (method, path, body) in [
        ("POST", "/modules", trading(1.0)),
        ("DELETE", "/modules", json!({"id": "trading"})),
        ("DELETE", "/modules/trading", Value::Null),
    ] {
        for caller in [&world.user, &world.read_only_staff] {
            let answer = function.own(caller, method, path, &body).await;
            assert_eq!(code(&answer), (403, "forbidden"), "{method} {path}");
        }
        let answer = function.own(&world.other_user, method, path, &body).await;
        assert_eq!(code(&answer), (404, "not_found"), "{method} {path}");
    }
    let answer = function.own(&world.staff, "POST", "/modules", &json!({"id": "trading"})).await;
    assert_eq!(faults(&answer), ["price"]);
}
