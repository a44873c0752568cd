//! `GET /api/v2/provider/{provider_id}/enrolment/`.

use attesta_model::{EnrolmentId, LearnerId};
use attesta_store::access::CanSubmit;
use attesta_store::{EnrolmentRow, Seed};
use serde_json::{Value, json};

use super::{A, B, LIST, local};
use crate::world::Providers;

/// A world with so many learners who have a model; in the order of their models.
async fn with_models(count: usize) -> (Providers, Vec<LearnerId>) {
    let api = Providers::start().await;
    let world = &api.world;
    let home = world.store.organisation::<CanSubmit>(&world.user, world.organisation).await;
    let home = home.expect("a member");
    let mut learners = Vec::with_capacity(count);
    for n in 0..count {
        let learner = LearnerId(world.store.ids().uuid().expect("random"));
        world.store.put_learner(&home, learner).await.expect("a learner");
        let body = json!({"learner_id": learner, "task_id": if n % 2 == 0 { A } else { B }});
        assert_eq!(api.call("POST", LIST, &body).await.status, 201);
        learners.push(learner);
    }
    let _ = api.calls();
    (api, learners)
}

fn learners(page: &Value) -> Vec<LearnerId> {
    let rows = page["results"].as_array().expect("rows").iter();
    rows.map(|row| row["learner_id"].as_str().expect("one").parse().expect("a UUID")).collect()
}

#[tokio::test]
async fn a_provider_lists_its_models_as_it_reads_them() {
    let (api, all) = with_models(12).await;
    let page = api.get(LIST).await.body;
    assert_eq!((&page["count"], &page["previous"]), (&json!(12), &Value::Null));
    assert_eq!(learners(&page), all[..10]);
    let one = api.get(&format!("{LIST}{}/", all[3])).await.body;
    assert_eq!(page["results"][3], one);
    let next = local(&page["next"]).expect("more");
    let rest = api.get(&next).await.body;
    assert_eq!((learners(&rest), &rest["next"]), (all[10..].to_vec(), &Value::Null));
    let back = api.get(&local(&rest["previous"]).expect("a page before")).await.body;
    assert_eq!(learners(&back), all[..10]);
}

#[tokio::test]
async fn models_come_in_the_order_asked_for_and_are_searched_by_learner() {
    let (api, all) = with_models(4).await;
    for (learner, task, percentage) in [(all[0], A, 70), (all[1], B, 20), (all[2], A, 50)] {
        let body = json!({
            "learner_id": learner,
            "task_id": task,
            "percentage": percentage,
            "can_analyse": percentage > 30,
        });
        let path = format!("{LIST}{learner}/");
        assert_eq!(api.call("PUT", &path, &body).await.status, 200);
    }
    for (ordering, order) in [
        ("-id", [3, 2, 1, 0]),
        ("percentage", [3, 1, 2, 0]),
        ("-can_analyse,-percentage", [0, 2, 1, 3]),
        ("-is_locked,id", [3, 0, 1, 2]),
        ("task_id,-id", [2, 1, 0, 3]),
        ("model_total_samples,-id", [3, 2, 1, 0]),
        ("zebra", [0, 1, 2, 3]),
    ] {
        let page = api.get(&format!("{LIST}?ordering={ordering}")).await.body;
        assert_eq!(learners(&page), order.map(|at| all[at]), "{ordering}");
    }
    let mut sorted = all.clone();
    sorted.sort_unstable();
    assert_eq!(learners(&api.get(&format!("{LIST}?ordering=learner_id")).await.body), sorted);
    let page = api.get(&format!("{LIST}?search={}", all[2])).await.body;
    assert_eq!((learners(&page), &page["count"]), (vec![all[2]], &json!(1)));
    assert_eq!(api.get(&format!("{LIST}?search=zebra")).await.body["count"], 0);
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
    let (api, mut all) = with_models(1).await;
    let learner = all[0].to_string();
    let model = api.world.store.own_model(&api.world.provider, "1", &learner).await;
    let one = model.expect("its own").enrolment().expect("there").clone();
    let more = (1..=1_001).map(|n| EnrolmentRow {
        id: EnrolmentId::new(one.id.get() + n).expect("in range"),
        learner_id: LearnerId(api.world.store.ids().uuid().expect("random")),
        ..one.clone()
    });
    let more: Vec<_> = more.collect();
    Seed(&api.world.store).enrolments(&more).await.expect("written");
    all.extend(more.iter().map(|row| row.learner_id));
    let (first, at_first) = cost(&api, &format!("{LIST}?limit=1")).await;
    let row = api.get(&format!("{LIST}?limit=1&offset=998")).await.body;
    assert_eq!(learners(&row), [all[998]]);
    let (page, costs) = cost(&api, &local(&row["next"]).expect("more")).await;
    assert_eq!((learners(&page), &page["count"]), (vec![all[999]], &first["count"]));
    assert_eq!(costs, at_first);
    assert_eq!(costs.iter().map(|(call, _)| *call).collect::<Vec<_>>(), ["BatchGetItem", "Query"]);
}
