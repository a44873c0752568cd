//! `GET …/enrolment/{learner_id}/used_samples/`.

use attesta_model::verification::SampleStatus;
use serde_json::{Value, json};

use super::{A, LIST, NOBODY, ids, local};
use crate::world::Providers;

#[tokio::test]
async fn a_provider_pages_through_what_a_model_was_made_of() {
    for count in [7, 250] {
        let api = Providers::start().await;
        let samples = api.samples(&vec![SampleStatus::Valid; count]).await;
        api.lock(A).await;
        api.save(A, &samples).await;
        let limit = count / 3;
        let mut page = api.get(&format!("{}used_samples/?limit={limit}", api.model())).await.body;
        assert_eq!((&page["count"], &page["previous"]), (&json!(count), &Value::Null));
        let link = page["results"][0]["data"].as_str().expect("a link");
        assert!(link.contains(&format!("/data/samples/{}?", samples[0])), "{link}");
        let mut seen = ids(&page);
        while let Some(next) = local(&page["next"]) {
            page = api.get(&next).await.body;
            seen.extend(ids(&page));
        }
        assert_eq!(seen, samples);
        let before = api.get(&local(&page["previous"]).expect("a page before")).await.body;
        assert_eq!(ids(&before), samples[2 * limit..3 * limit]);
    }
}

#[tokio::test]
async fn a_page_of_any_depth_costs_the_same() {
    let api = Providers::start().await;
    let samples = api.samples(&[SampleStatus::Valid; 2_050]).await;
    api.lock(A).await;
    api.save(A, &samples).await;
    let mut costs = Vec::new();
    for offset in [0, 500, 1_400] {
        let _ = api.world.store.meter().take();
        let uri = format!("{}used_samples/?limit=10&offset={offset}", api.model());
        assert_eq!(ids(&api.get(&uri).await.body), samples[offset..offset + 10]);
        let calls = api.world.store.meter().take().into_iter();
        costs.push(calls.map(|call| (call.operation, call.read)).collect::<Vec<_>>());
    }
    assert_eq!(costs[0].len(), 3, "the model, a thousand of the samples, ten of them");
    assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
}

#[tokio::test]
async fn without_a_model_and_beyond_the_end_the_page_is_empty() {
    let api = Providers::start().await;
    let samples = api.samples(&[SampleStatus::Valid]).await;
    let used = format!("{}used_samples/", api.model());
    let empty = |count: usize, page: &Value| {
        assert_eq!((ids(page), &page["next"]), (Vec::new(), &Value::Null));
        assert_eq!(page["count"], count);
    };
    empty(0, &api.get(&used).await.body);
    empty(0, &api.get(&format!("{LIST}{NOBODY}/used_samples/")).await.body);
    api.lock(A).await;
    empty(0, &api.get(&used).await.body);
    api.save(A, &samples).await;
    for offset in ["1", "18446744073709551615"] {
        empty(1, &api.get(&format!("{used}?offset={offset}")).await.body);
    }
    for query in ["cursor=a5", "cursor=b5", "ordering=-id", "search=zebra"] {
        assert_eq!(ids(&api.get(&format!("{used}?{query}")).await.body), samples, "{query}");
    }
    assert_eq!(api.get(&format!("{LIST}x/used_samples/")).await.status, 404);
}
