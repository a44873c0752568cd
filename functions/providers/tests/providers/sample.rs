//! `…/enrolment/{learner_id}/sample/`.

use attesta_model::LearnerId;
use attesta_model::verification::SampleStatus;
use attesta_testing::World;
use serde_json::{Value, json};

use crate::enrolment::{LIST, NOBODY, ids, local};
use crate::world::Providers;

const VALID: SampleStatus = SampleStatus::Valid;

fn list(api: &Providers) -> String {
    format!("{}sample/", api.model())
}

#[tokio::test]
async fn a_provider_lists_a_learners_samples_for_its_instrument() {
    let api = Providers::start().await;
    let samples = api.samples(&SampleStatus::ALL.repeat(3)).await;
    api.world.put_samples(api.world.learner, World::FACE, &[VALID]).await;
    let list = list(&api);
    let _ = api.calls();
    let page = api.get(&list).await.body;
    let mut calls = api.calls();
    calls.sort_unstable();
    assert_eq!(calls, ["BatchGetItem", "BatchGetItem", "Query"]);
    assert_eq!((ids(&page), &page["count"]), (samples[..10].to_vec(), &json!(15)));
    let rest = api.get(&local(&page["next"]).expect("more")).await.body;
    assert_eq!((ids(&rest), &rest["next"]), (samples[10..].to_vec(), &Value::Null));
    let back = api.get(&local(&rest["previous"]).expect("a page before")).await.body;
    assert_eq!(ids(&back), samples[..10]);
    let learner = api.world.learner.to_string();
    for (query, first, count) in [
        ("ordering=-id".to_owned(), 14, 15),
        ("ordering=learner_id,-id".to_owned(), 14, 15),
        ("ordering=zebra".to_owned(), 0, 15),
        (format!("search={}", &learner[..8]), 0, 15),
    ] {
        let page = api.get(&format!("{list}?{query}")).await.body;
        assert_eq!((ids(&page)[0], &page["count"]), (samples[first], &json!(count)), "{query}");
    }
    assert_eq!(api.get(&format!("{list}?search=zebra")).await.body["count"], 0);
    assert_eq!(api.get(&format!("{LIST}{NOBODY}/sample/")).await.body["count"], 0);
    let answer = api.get(&format!("{LIST}x/sample/")).await;
    assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})));
}

#[tokio::test]
async fn a_provider_reads_a_sample_with_a_link_to_its_data() {
    let api = Providers::start().await;
    let sample = api.samples(&[SampleStatus::Stored]).await[0];
    let answer = api.get(&format!("{}{sample}/", list(&api))).await;
    assert_eq!(api.calls(), ["BatchGetItem"]);
    let link = answer.body["data"].as_str().expect("a link");
    assert!(link.contains("X-Amz-Expires=900") && link.contains("/data/samples/"), "{link}");
    let expected = json!({"id": sample, "learner_id": api.world.learner, "data": link});
    assert_eq!(answer.parts(), (200, &expected));
}

#[tokio::test]
async fn what_is_no_sample_of_that_learner_and_instrument_is_not_there() {
    let api = Providers::start().await;
    let sample = api.samples(&[VALID]).await[0];
    let foreign = api.world.put_samples(api.world.learner, World::FACE, &[VALID]).await[0];
    let other = LearnerId(api.world.store.ids().uuid().expect("random"));
    let others = api.world.put_samples(other, World::PLAGIARISM, &[VALID]).await[0];
    let learner = api.world.learner;
    for path in [
        format!("{learner}/sample/{foreign}/"),
        format!("{learner}/sample/{others}/"),
        format!("{other}/sample/{sample}/"),
        format!("x/sample/{sample}/"),
        format!("{learner}/sample/7/"),
        format!("{learner}/sample/x/"),
        format!("{learner}/sample/-1/"),
        format!("{learner}/sample/9007199254740992/"),
    ] {
        let answer = api.get(&format!("{LIST}{path}")).await;
        assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{path}");
    }
    for method in ["PUT", "PATCH", "DELETE", "POST"] {
        let answer = api.call(method, &format!("{}{sample}/", list(&api)), &json!({})).await;
        assert_eq!(answer.status, 405, "{method}");
    }
}
