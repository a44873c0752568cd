//! `…/provider/{provider_id}/credentials/`.

use attesta_identity::ProviderCaller;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Admin, CREDENTIALS};

async fn rotate(api: &Admin, body: &Value) -> Value {
    let answer = api.call("POST", CREDENTIALS, body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

fn caller(api: &Admin, credential: &Value) -> ProviderCaller {
    let id = credential["role_id"].as_str().expect("a text");
    ProviderCaller { credential_id: id.parse().expect("an id"), ..api.world.provider }
}

async fn rows(api: &Admin) -> Vec<Value> {
    let page = api.get(&format!("{CREDENTIALS}?limit=100")).await.body;
    page["results"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn staff_change_over_to_another_credential_with_an_overlap() {
    let api = Admin::start().await;
    let (old, secret) = (api.world.provider, api.world.secret.expose());
    let first = json!({"role_id": old.credential_id, "secret_id": secret});
    let new = rotate(&api, &json!({"overlap_minutes": 10})).await;
    let second = caller(&api, &new);
    assert_eq!(new.as_object().expect("an object").len(), 3, "{new}");
    for (minutes, old_is_in) in [(0, true), (9, true), (1, false), (1000, false)] {
        api.world.clock.advance(SignedDuration::from_mins(minutes));
        assert_eq!(api.is_let_in(old).await, old_is_in, "after {minutes} more");
        assert_eq!(api.signs_in(&first).await, old_is_in, "after {minutes} more");
        assert!(api.is_let_in(second).await && api.signs_in(&new).await);
    }
}

#[tokio::test]
async fn the_overlap_is_an_hour_or_what_is_said() {
    for (body, seconds) in [
        (json!({}), 3_600),
        (json!({"overlap_minutes": 0}), 0),
        (json!({"overlap_minutes": 10_080}), 604_800),
    ] {
        let api = Admin::start().await;
        let new = rotate(&api, &body).await;
        let rows = rows(&api).await;
        let time = |value: &Value| -> jiff::Timestamp {
            value.as_str().expect("a time").parse().expect("a time")
        };
        let ends = time(&rows[0]["expires_at"]);
        assert_eq!(ends.duration_since(time(&new["created_at"])).as_secs(), seconds, "{body}");
        assert_eq!(rows[1]["expires_at"], Value::Null);
    }
    let api = Admin::start().await;
    for (value, refusal) in [
        (json!(-1), "Ensure this value is greater than or equal to 0."),
        (json!(10_081), "Ensure this value is less than or equal to 10080."),
        (json!("x"), "A valid integer is required."),
        (Value::Null, "This field may not be null."),
    ] {
        let answer = api.call("POST", CREDENTIALS, &json!({"overlap_minutes": value})).await;
        assert_eq!(answer.parts(), (400, &json!({"overlap_minutes": [refusal]})));
    }
}

#[tokio::test]
async fn an_overlap_never_lengthens_what_runs_out_sooner() {
    let api = Admin::start().await;
    rotate(&api, &json!({"overlap_minutes": 1})).await;
    let ends = rows(&api).await[0]["expires_at"].clone();
    rotate(&api, &json!({"overlap_minutes": 60})).await;
    assert_eq!(rows(&api).await[0]["expires_at"], ends);
}

#[tokio::test]
async fn credentials_are_listed_without_their_secrets() {
    let api = Admin::start().await;
    let new = rotate(&api, &json!({})).await;
    let page = api.get(CREDENTIALS).await.body;
    assert_eq!(page["count"], 2);
    assert!(!page.to_string().contains("secret"), "{page}");
    let rows = rows(&api).await;
    assert_eq!(rows[0]["role_id"], api.world.provider.credential_id.to_string());
    let expected = json!({"role_id": new["role_id"], "created_at": new["created_at"],
        "expires_at": null, "revoked_at": null});
    assert_eq!(rows[1], expected);
    let page = api.get(&format!("{CREDENTIALS}?limit=1&offset=1")).await.body;
    assert_eq!((&page["results"], &page["next"]), (&json!([expected]), &Value::Null));
}

#[tokio::test]
async fn a_credential_that_was_taken_back_counts_no_more_at_once() {
    let api = Admin::start().await;
    let new = rotate(&api, &json!({})).await;
    let uri = format!("{CREDENTIALS}{}/", new["role_id"].as_str().expect("a text"));
    let second = caller(&api, &new);
    assert!(api.is_let_in(second).await);
    assert_eq!(api.call("DELETE", &uri, &Value::Null).await.parts(), (204, &Value::Null));
    assert!(!api.is_let_in(second).await && !api.signs_in(&new).await);
    assert!(api.is_let_in(api.world.provider).await, "the other still counts");
    let revoked = rows(&api).await[1]["revoked_at"].clone();
    assert!(revoked.is_string());
    api.world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(api.call("DELETE", &uri, &Value::Null).await.status, 204);
    assert_eq!(rows(&api).await[1]["revoked_at"], revoked);
}

#[tokio::test]
async fn ten_credentials_count_at_most() {
    let api = Admin::start().await;
    for _ in 0..9 {
        rotate(&api, &json!({"overlap_minutes": 10_080})).await;
    }
    let refusal = "A provider has at most 10 credentials that count: revoke one.";
    let answer = api.call("POST", CREDENTIALS, &json!({})).await;
    assert_eq!(answer.parts(), (400, &json!({"non_field_errors": [refusal]})));
    let role = rows(&api).await[3]["role_id"].as_str().expect("a text").to_owned();
    api.call("DELETE", &format!("{CREDENTIALS}{role}/"), &Value::Null).await;
    rotate(&api, &json!({})).await;
}

#[tokio::test]
async fn the_oldest_of_the_dead_fall_off_the_list() {
    let api = Admin::start().await;
    for _ in 0..35 {
        rotate(&api, &json!({"overlap_minutes": 0})).await;
    }
    let rows = rows(&api).await;
    assert_eq!(rows.len(), 30);
    let live: Vec<_> = rows.iter().filter(|row| row["expires_at"].is_null()).collect();
    assert_eq!(live, [rows.last().expect("rows")]);
    assert_eq!(api.world.aws.items("CREDENTIAL").await, 30 + 2);
    assert!(!api.is_let_in(api.world.provider).await);
}

#[tokio::test]
async fn of_two_who_change_over_at_once_neither_overlooks_the_other() {
    let api = Admin::start().await;
    let body = json!({"overlap_minutes": 0});
    let [one, two] = [(); 2].map(|()| api.call("POST", CREDENTIALS, &body));
    let (one, two) = tokio::join!(one, two);
    let made = [one, two].into_iter().filter(|answer| answer.status == 201).count();
    let rows = rows(&api).await;
    assert_eq!(rows.len(), 1 + made);
    assert_eq!(rows.iter().filter(|row| row["expires_at"].is_null()).count(), 1);
}
