//! `/customers/system/settings`.

use attesta_testing::{call, json as request};
use serde_json::{Value, json};

use crate::world::{SETTINGS, System};

fn logging(level: &str, filter: &str) -> Value {
    json!({"logging": {"level": level, "filter": filter}})
}

#[tokio::test]
async fn staff_say_what_is_logged_and_see_who_did() {
    let system = System::start().await;
    let (staff, reader) = (system.world.staff.clone(), system.world.read_only_staff.clone());
    let nothing = json!({"logging": null, "updatedBy": null, "updatedAtUTC": null});
    assert_eq!(system.get(SETTINGS, &reader).await.parts(), (200, &nothing));
    let body = logging("debug", "attesta_store=trace");
    let answer = system.set(&staff, &body).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("success")));
    let expected = json!({
        "logging": body["logging"],
        "updatedBy": staff.user_id,
        "updatedAtUTC": system.world.store.ids().now(),
    });
    assert_eq!(system.get(SETTINGS, &reader).await.parts(), (200, &expected));
}

#[tokio::test]
async fn every_level_and_filters_of_every_kind_are_taken() {
    let system = System::start().await;
    for level in ["error", "warn", "info", "debug", "trace"] {
        for filter in ["", "warn", "attesta_wire", "attesta_store::table=debug, hyper=off"] {
            let answer = system.set(&system.world.staff, &logging(level, filter)).await;
            assert_eq!(answer.status, 200, "{level} {filter}");
        }
    }
}

#[tokio::test]
async fn every_problem_is_told_at_once() {
    let system = System::start().await;
    let long = "a".repeat(1_001);
    for (body, fields) in [
        (json!({}), vec!["logging"]),
        (json!({"logging": {}}), vec!["logging.filter", "logging.level"]),
        (logging("verbose", "a=b"), vec!["logging.filter", "logging.level"]),
        (logging("INFO", ""), vec!["logging.level"]),
        (logging("info", &long), vec!["logging.filter"]),
        (json!({"logging": {"level": 1, "filter": null}}), vec!["logging.filter", "logging.level"]),
        (json!({"logging": {"level": "info", "filter": "", "x": 1}}), vec!["logging.x"]),
        (json!({"logging": {"level": "info", "filter": ""}, "x": 1}), vec!["x"]),
    ] {
        let answer = system.set(&system.world.staff, &body).await;
        assert_eq!(answer.status, 400, "{body}");
        let told = answer.body["validation"].as_array().expect("a list").iter();
        let mut told: Vec<_> = told.map(|one| one["field"].as_str().expect("a text")).collect();
        told.sort_unstable();
        assert_eq!(told, fields, "{body}");
    }
    let staff = &system.world.staff;
    assert_eq!(system.get(SETTINGS, staff).await.body["logging"], Value::Null);
}

#[tokio::test]
async fn nobody_but_staff_who_may_change_things_sets_them() {
    let system = System::start().await;
    let (user, reader) = (system.world.user.clone(), system.world.read_only_staff.clone());
    for caller in [&user, &reader] {
        assert_eq!(system.set(caller, &logging("debug", "")).await.status, 403);
    }
    assert_eq!(system.get(SETTINGS, &user).await.status, 403);
    let nobody = call(&system.router, request("PUT", SETTINGS, "", &logging("debug", ""))).await;
    assert_eq!(nobody.status, 401);
    assert_eq!(system.get(SETTINGS, &reader).await.body["logging"], Value::Null);
}
