//! `GET …/notification/`.

use attesta_testing::{call, json as request};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{LIST, path};
use crate::world::{BASE, Providers};

/// A world with so many notifications, a second apart, the latest due first;
/// in the order in which they were made.
async fn with_notifications(count: u32) -> (Providers, Vec<Value>) {
    let api = Providers::start().await;
    let mut rows = Vec::new();
    for n in 0..count {
        let key = format!("{} exam-{n}", ["oral", "Written"][n as usize % 2]);
        let when = format!("2026-01-01T00:00:{:02}", 59 - n);
        let answer = api.call("POST", LIST, &json!({"key": key, "when": when})).await;
        rows.push(answer.body);
        api.world.clock.advance(SignedDuration::from_secs(1));
    }
    let _ = api.calls();
    (api, rows)
}

fn rows(page: &Value) -> Vec<Value> {
    page["results"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn a_provider_sees_ten_of_its_own_and_how_many_there_are() {
    let (api, made) = with_notifications(12).await;
    let other = api.world.provider_token(api.world.other_provider);
    let foreign = LIST.replace("/1/", "/2/");
    let body = json!({"key": "x", "when": "2026-01-01T00:00"});
    assert_eq!(call(&api.router, request("POST", &foreign, &other, &body)).await.status, 201);
    let page = api.get(LIST).await.body;
    assert_eq!((&page["count"], &page["previous"]), (&json!(12), &Value::Null));
    assert_eq!(rows(&page), made[..10]);
}

#[tokio::test]
async fn the_links_lead_to_the_end_and_cost_the_same_however_deep() {
    for ordering in ["", "&ordering=-id", "&ordering=-when"] {
        let (api, made) = with_notifications(7).await;
        let mut uri = format!("{LIST}?limit=3{ordering}");
        let (mut seen, mut costs) = (Vec::new(), Vec::new());
        loop {
            let page = api.get(&uri).await.body;
            costs.push(api.calls());
            seen.extend(rows(&page));
            let Some(next) = page["next"].as_str() else { break };
            uri = next.strip_prefix(BASE).expect("the base").to_owned();
        }
        let mut expected = made;
        if ordering.contains("-id") {
            expected.reverse();
        }
        assert_eq!(seen, expected, "{ordering}");
        assert!(costs.iter().all(|calls| calls.len() == 2), "{costs:?}");
    }
}

#[tokio::test]
async fn rows_come_in_the_order_of_any_field_and_are_found_by_words() {
    let (api, made) = with_notifications(4).await;
    api.call("PATCH", &path(&made[1]), &json!({"info": {"a": 1}})).await;
    for (query, expected) in [
        ("ordering=when", vec![3, 2, 1, 0]),
        ("ordering=-when", vec![0, 1, 2, 3]),
        ("ordering=key", vec![1, 3, 0, 2]),
        ("ordering=-created_at", vec![3, 2, 1, 0]),
        ("ordering=-updated_at,nothing", vec![1, 3, 2, 0]),
        ("ordering=info,-id", vec![3, 2, 1, 0]),
        ("search=WRIT", vec![1, 3]),
        ("search=exam-2", vec![2]),
        ("search=oral+exam", vec![0, 2]),
        ("search=xam", vec![]),
        ("limit=2&offset=1", vec![1, 2]),
    ] {
        let page = api.get(&format!("{LIST}?{query}")).await.body;
        let ids: Vec<_> = rows(&page).iter().map(|row| row["id"].clone()).collect();
        let expected: Vec<_> = expected.iter().map(|n| made[*n]["id"].clone()).collect();
        assert_eq!(ids, expected, "{query}");
    }
}

#[tokio::test]
async fn a_page_that_no_answer_could_hold_is_refused() {
    let api = Providers::start().await;
    let info = json!({"x": "x".repeat(16_000)});
    for n in 0..320 {
        let body = json!({"key": n.to_string(), "when": "2026-01-01T00:00", "info": info});
        api.call("POST", LIST, &body).await;
    }
    let answer = api.get(&format!("{LIST}?limit=1000")).await;
    let refusal = json!(["Too much for one page: ask for fewer with limit."]);
    assert_eq!(answer.parts(), (400, &refusal));
    assert_eq!(rows(&api.get(&format!("{LIST}?limit=300")).await.body).len(), 300);
}
