//! `POST /customers/organisations/{id}/modules/request`.

use attesta_model::Notice;
use jiff::SignedDuration;
use serde_json::json;

use crate::world::{Organisations, code, faults};

const PATH: &str = "/modules/request";

#[tokio::test]
async fn a_member_asks_and_customer_service_is_told() {
    let function = Organisations::start().await;
    let una = function.member("una", &[]).await;
    let answer = function.own(&una, "POST", PATH, &json!({"id": "trading"})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("success")));
    let notices = function.notices().await;
    let [Notice::ModuleRequested(request)] = &notices[..] else { panic!("{notices:?}") };
    assert_eq!(
        (request.organisation_id, request.user_id),
        (function.world.organisation, una.user_id)
    );
    assert_eq!((request.organisation.as_str(), request.module.as_str()), ("one", "trading"));
}

#[tokio::test]
async fn nobody_asks_for_what_is_there_or_for_another() {
    let function = Organisations::start().await;
    let world = &function.world;
    let body = json!({"id": "trading"});
    assert_eq!(
        code(&function.own(&world.other_user, "POST", PATH, &body).await),
        (404, "not_found")
    );
    function.connect(world.organisation, world.other_organisation, &[], &[]).await;
    for caller in [&world.other_user, &world.staff] {
        assert_eq!(code(&function.own(caller, "POST", PATH, &body).await), (403, "forbidden"));
    }
    let module = json!({"id": "trading", "price": null});
    assert_eq!(function.own(&world.staff, "POST", "/modules", &module).await.status, 200);
    assert_eq!(code(&function.own(&world.user, "POST", PATH, &body).await), (409, "has_module"));
    assert_eq!(faults(&function.own(&world.user, "POST", PATH, &json!({"id": ""})).await), ["id"]);
    assert_eq!(function.notices().await, []);
}

#[tokio::test]
async fn nobody_asks_without_end() {
    let function = Organisations::start().await;
    let user = function.world.user.clone();
    let ask = async || function.own(&user, "POST", PATH, &json!({"id": "trading"})).await;
    for _ in 0..5 {
        assert_eq!(ask().await.status, 200);
    }
    let answer = ask().await;
    assert_eq!(code(&answer), (429, "throttled"));
    assert!(answer.header("retry-after").is_some());
    function.world.clock.advance(SignedDuration::from_hours(1));
}
