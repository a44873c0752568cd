//! `POST /customers/organisations/{id}/sync-users`.

use attesta_model::DirectoryJob;
use serde_json::{Value, json};

use crate::world::{Organisations, code};

#[tokio::test]
async fn staff_have_the_user_pool_follow_as_often_as_they_like() {
    let function = Organisations::start().await;
    let sync = DirectoryJob::Sync { organisation_id: function.world.organisation, after: None };
    for times in 1..=2 {
        let answer = function.own(&function.world.staff, "POST", "/sync-users", &Value::Null).await;
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("success")));
        assert_eq!(function.jobs().await, vec![sync.clone(); times]);
    }
}

#[tokio::test]
async fn nobody_else_does() {
    let function = Organisations::start().await;
    let world = &function.world;
    for caller in [&world.user, &world.read_only_staff] {
        let answer = function.own(caller, "POST", "/sync-users", &Value::Null).await;
        assert_eq!(code(&answer), (403, "forbidden"));
    }
    let answer = function.own(&world.other_user, "POST", "/sync-users", &Value::Null).await;
    assert_eq!(code(&answer), (404, "not_found"));
    let nowhere = "/0197f0a0-0000-7000-8000-0000000000ff/sync-users";
    let answer = function.call(&world.staff, "POST", nowhere, &Value::Null).await;
    assert_eq!(code(&answer), (404, "not_found"));
    assert!(world.outbox().await.is_empty());
}
