//! `GET …/enrolment/{learner_id}/available_samples/`.

use attesta_model::SampleId;
use attesta_model::verification::SampleStatus;
use serde_json::{Value, json};

use super::{A, LIST, NOBODY, ids, local};
use crate::world::Providers;

const VALID: SampleStatus = SampleStatus::Valid;

async fn available(api: &Providers, query: &str) -> Value {
    let answer = api.get(&format!("{}available_samples/?{query}", api.model())).await;
    assert_eq!(answer.status, 200);
    answer.body
}

/// Every page from here on, by the links.
async fn all(api: &Providers, query: &str) -> Vec<Vec<SampleId>> {
    let mut page = available(api, query).await;
    let mut pages = vec![ids(&page)];
    while let Some(next) = local(&page["next"]) {
        page = api.get(&next).await.body;
        pages.push(ids(&page));
    }
    pages
}

#[tokio::test]
async fn a_model_is_made_of_valid_samples_that_it_was_not_made_of_yet() {
    let api = Providers::start().await;
    let statuses = SampleStatus::ALL.repeat(4);
    let samples = api.samples(&statuses).await;
    let valid: Vec<_> = samples.iter().copied().skip(1).step_by(5).collect();
    let page = available(&api, "").await;
    assert_eq!((ids(&page), &page["count"]), (valid.clone(), &json!(4)), "without a model");
    let one = &page["results"][0];
    let link = one["data"].as_str().expect("a link");
    assert!(link.contains(&format!("/data/samples/{}?", valid[0])), "{link}");
    let read = json!({"id": valid[0], "learner_id": api.world.learner, "data": link});
    assert_eq!(one, &read);
    api.lock(A).await;
    assert_eq!(ids(&available(&api, "").await), valid);
    api.save(A, &[valid[0], valid[2]]).await;
    let page = available(&api, "").await;
    assert_eq!((ids(&page), &page["count"]), (vec![valid[1], valid[3]], &json!(2)));
    api.save(A, &valid).await;
    let page = available(&api, "").await;
    assert_eq!((ids(&page), &page["count"], &page["next"]), (vec![], &json!(0), &Value::Null));
}

#[tokio::test]
async fn what_a_model_was_made_of_without_being_valid_hides_no_other() {
    let api = Providers::start().await;
    let samples = api.samples(&[VALID, SampleStatus::Stored]).await;
    api.lock(A).await;
    api.save(A, &samples[1..]).await;
    let page = available(&api, "").await;
    assert_eq!((ids(&page), &page["count"]), (samples[..1].to_vec(), &json!(1)));
}

#[tokio::test]
async fn links_lead_past_what_was_used_to_the_end_and_back() {
    let api = Providers::start().await;
    let samples = api.samples(&[VALID; 40]).await;
    let used: Vec<_> = samples.iter().copied().filter(|id| id.get() % 3 != 0).collect();
    let free: Vec<_> = samples.iter().copied().filter(|id| id.get() % 3 == 0).collect();
    api.lock(A).await;
    api.save(A, &used).await;
    for limit in [1, 3, 50] {
        let pages = all(&api, &format!("limit={limit}")).await;
        assert_eq!(pages, free.chunks(limit).map(<[_]>::to_vec).collect::<Vec<_>>());
    }
    let first = available(&api, "limit=3").await;
    let second = api.get(&local(&first["next"]).expect("more")).await.body;
    let back = api.get(&local(&second["previous"]).expect("a page before")).await.body;
    assert_eq!(ids(&back), ids(&first));
    let skipped = available(&api, "limit=3&offset=2").await;
    assert_eq!(ids(&skipped), free.iter().copied().skip(2).take(3).collect::<Vec<_>>());
    for page in [&first, &second, &back] {
        assert_eq!(page["count"], free.len(), "on every page");
    }
}

#[tokio::test]
async fn a_long_run_of_used_samples_is_walked_past() {
    let api = Providers::start().await;
    let samples = api.samples(&[VALID; 1_300]).await;
    api.lock(A).await;
    assert_eq!(api.save(A, &samples[1..1_299]).await.status, 200);
    let page = available(&api, "limit=1").await;
    assert_eq!((ids(&page), &page["count"]), (vec![samples[0]], &json!(2)));
    let page = api.get(&local(&page["next"]).expect("more")).await.body;
    assert_eq!((ids(&page), &page["next"]), (vec![samples[1_299]], &Value::Null));
}

#[tokio::test]
async fn order_and_search_are_not_for_this_list() {
    let api = Providers::start().await;
    let samples = api.samples(&[VALID; 2]).await;
    let page = available(&api, "ordering=-id&search=zebra&cursor=zebra&limit=x").await;
    assert_eq!(ids(&page), samples);
    let answer = api.get(&format!("{}available_samples/?offset=10001", api.model())).await;
    let refusal = json!(["No further than 10000 rows: follow the next links instead."]);
    assert_eq!(answer.parts(), (400, &refusal));
    let none = api.get(&format!("{LIST}{NOBODY}/available_samples/")).await;
    assert_eq!((none.status.as_u16(), &none.body["count"]), (200, &json!(0)));
    assert_eq!(api.get(&format!("{LIST}x/available_samples/")).await.status, 404);
}

/// What a call costs at the table.
async fn cost(api: &Providers, uri: &str) -> (Value, Vec<(&'static str, f64)>) {
    let _ = api.world.store.meter().take();
    let page = api.get(uri).await.body;
    let calls = api.world.store.meter().take().into_iter();
    let mut calls: Vec<_> = calls.map(|call| (call.operation, call.read)).collect();
    calls.sort_by(|a, b| a.0.cmp(b.0).then(a.1.total_cmp(&b.1)));
    (page, calls)
}

#[tokio::test]
async fn the_thousandth_page_costs_what_the_first_does() {
    let api = Providers::start().await;
    let samples = api.samples(&[VALID; 3_100]).await;
    for used in [0, 1_000] {
        if used > 0 {
            api.lock(A).await;
            let third: Vec<_> = samples.iter().copied().step_by(3).take(used).collect();
            assert_eq!(api.save(A, &third).await.status, 200);
        }
        let uri = format!("{}available_samples/?limit=2", api.model());
        let (first, at_first) = cost(&api, &uri).await;
        assert_eq!(first["count"], 3_100 - used);
        let page = api.get(&format!("{uri}&offset=1996")).await.body;
        let (page, costs) = cost(&api, &local(&page["next"]).expect("more")).await;
        let place = if used == 0 { 1_998 } else { 2_998 };
        assert_eq!(ids(&page).len(), 2);
        assert_eq!(ids(&page)[0], samples[place], "{used}");
        assert_eq!(costs, at_first, "{used}");
    }
}
