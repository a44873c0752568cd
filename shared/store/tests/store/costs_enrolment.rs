//! What enrolments and samples cost.

use attesta_model::verification::SampleStatus;
use attesta_model::{LearnerId, SampleId, TaskId, Words};
use attesta_store::access::OwnModel;
use attesta_store::{ListQuery, ModelChange, Position};
use attesta_testing::World;

use crate::access_patterns::Sheet;

fn page(position: Position) -> ListQuery {
    ListQuery { limit: 10, position, order: Vec::new(), search: Words::new("") }
}

pub(crate) async fn samples(sheet: &Sheet) {
    let (caller, store) = (sheet.world.provider, sheet.on.store.clone());
    let learner = sheet.world.learner.to_string();
    let statuses = [SampleStatus::Valid; 50];
    let ids = sheet.world.put_samples(sheet.world.learner, World::PLAGIARISM, &statuses).await;
    let found = ids[0].to_string();
    let found = store.own_sample(&caller, "1", &learner, &found);
    sheet.measure("own_sample", "", found).await;
    for (case, position) in [
        ("first 10", Position::Offset(0)),
        ("10 by cursor", Position::After(ids[30].get())),
        ("10 after 40", Position::Offset(40)),
    ] {
        let query = page(position);
        let list = store.own_samples(&caller, "1", &learner, &query);
        sheet.measure("own_samples", case, list).await;
    }
}

/// The costs of a model that is made of few samples, or of many.
pub(crate) async fn models(sheet: &Sheet) {
    let (caller, store, learner) =
        (sheet.world.provider, sheet.on.store.clone(), sheet.world.learner);
    let [one, other] = [1, 2].map(|_| TaskId(store.ids().uuid().expect("random")));
    let statuses = vec![SampleStatus::Valid; 5_000];
    let samples = sheet.world.put_samples(learner, World::PLAGIARISM, &statuses).await;

    let place = store.lockable_model(&caller, "1", learner);
    let place = sheet.measure("lockable_model", "new", place).await;
    sheet.measure("lock_model", "new", store.lock_model(&place, one)).await;
    let place = store.lockable_model(&caller, "1", learner);
    let place = sheet.measure("lockable_model", "there", place).await;
    sheet.measure("lock_model", "same again", store.lock_model(&place, one)).await;
    let model = Box::pin(own(sheet, "no samples")).await;
    sheet.measure("unlock_model", "", store.unlock_model(&model, one)).await;
    sheet.measure("lock_model", "free", store.lock_model(&place, other)).await;
    assert!(store.lock_model(&place, one).await.is_err());

    Box::pin(save(sheet, other, &samples[..10])).await;
    Box::pin(save(sheet, other, &samples[..100])).await;
    Box::pin(save(sheet, other, &samples)).await;
    let model = Box::pin(own(sheet, "5000 samples")).await;
    let row = model.enrolment().expect("there").clone();
    sheet.measure("shown_samples", "5000 samples", store.shown_samples(&row)).await;
    for (case, position) in [("first 10", 0), ("10 after 4000", 4_000)] {
        let query = page(Position::Offset(position));
        sheet.measure("used_samples", case, store.used_samples(&model, &query)).await;
    }
    let query = page(Position::Offset(0));
    let list = store.own_enrolments(&caller, "1", &query);
    sheet.measure("own_enrolments", "1 with 5000 samples", list).await;
    let gone = sheet.measure("delete_model", "", store.delete_model(&model)).await;
    sheet.measure("forget_used", "5000 samples", store.forget_used(gone.id, &gone.used)).await;
    Box::pin(many(sheet)).await;
}

async fn own(sheet: &Sheet, case: &str) -> OwnModel {
    let learner = sheet.world.learner.to_string();
    let model = sheet.on.store.own_model(&sheet.world.provider, "1", &learner);
    sheet.measure("own_model", case, model).await
}

async fn save(sheet: &Sheet, task: TaskId, samples: &[SampleId]) {
    let (store, count) = (sheet.on.store.clone(), samples.len());
    let learner = sheet.world.learner.to_string();
    let model = store.own_model(&sheet.world.provider, "1", &learner).await.expect("its own");
    let numbers: Vec<_> =
        samples.iter().map(|id| i64::try_from(id.get()).expect("small")).collect();
    let case = &format!("{count} samples");
    let known = store.usable_samples(&model, &numbers);
    let known = sheet.measure("usable_samples", case, known).await;
    let used = sheet.measure("keep_used", case, store.keep_used(&model, &known)).await;
    let change = ModelChange { used: Some(used), ..ModelChange::default() };
    let saved = store.save_model(&model, task, &change, None);
    sheet.measure("save_model", case, saved).await;
    let query = page(Position::Offset(0));
    let model = store.own_model(&sheet.world.provider, "1", &learner).await.expect("its own");
    let free = store.available_samples(&model, &query);
    sheet.measure("available_samples", &format!("10 beside {count} used"), free).await;
    if count == 5_000 {
        let again = store.usable_samples(&model, &numbers);
        sheet.measure("usable_samples", "5000 samples again", again).await;
    }
}

/// Fifty learners with a model each.
async fn many(sheet: &Sheet) {
    let (caller, store) = (sheet.world.provider, sheet.on.store.clone());
    let user = &sheet.world.user;
    let home = store.organisation(user, sheet.world.organisation).await.expect("a member");
    let mut last = 0;
    for _ in 0..50 {
        let learner = LearnerId(store.ids().uuid().expect("random"));
        store.put_learner(&home, learner).await.expect("a learner");
        let place = store.lockable_model(&caller, "1", learner).await.expect("a learner");
        let task = TaskId(store.ids().uuid().expect("random"));
        last = store.lock_model(&place, task).await.expect("free").id.get();
    }
    for (case, position) in [
        ("first 10", Position::Offset(0)),
        ("10 by cursor", Position::Before(last)),
        ("10 after 40", Position::Offset(40)),
    ] {
        let query = page(position);
        let list = store.own_enrolments(&caller, "1", &query);
        sheet.measure("own_enrolments", case, list).await;
    }
}
