//! The published worker, unmodified, makes models of samples and verifies with
//! them.

use serde_json::{Value, json};

use super::own_provider::OwnProvider;
use super::published::Worker;
use super::{Stack, a_uuid};

/// All that these journeys have in common.
struct Scene {
    stack: Stack,
    provider: OwnProvider,
    worker: Worker,
    /// Tokens.
    user: String,
    own: String,
}

impl Scene {
    async fn new() -> Self {
        let stack = Stack::running();
        let provider = OwnProvider::new(&stack, true).await;
        let worker = Worker::start(&stack, &provider);
        let user = stack.sign_in("user").await;
        let own = provider.token(&stack).await;
        Self { stack, provider, worker, user, own }
    }

    /// Hands a sample in; its number.
    async fn sample(&self, place: &str, text: &str) -> u64 {
        self.provider.sample(&self.stack, &self.user, place, text).await
    }

    /// Where the provider finds the model of a learner.
    fn model_path(&self, place: &str) -> String {
        self.provider.path(&format!("enrolment/{}/", learner(place)))
    }

    /// The model once it was made of these samples.
    async fn model_of(&self, place: &str, samples: &[u64]) -> Value {
        let path = self.model_path(place);
        let is_so =
            |body: &Value| body["used_samples"] == json!(samples) && body["is_locked"] == false;
        let read = self.stack.until(&path, &self.own, |answer| is_so(&answer.body)).await;
        assert!(read.body["task_id"].is_null(), "{read:?}");
        read.body
    }

    /// What comes of a request.
    async fn verified(&self, place: &str, text: &str) -> Value {
        let path = self.provider.request(&self.stack, &self.user, place, text).await;
        let read = self.stack.until(&path, &self.user, |answer| answer.body["status"] != 2).await;
        assert_eq!(read.body["status"], 3, "{read:?}");
        read.body["instruments"][0].clone()
    }
}

fn learner(place: &str) -> &str {
    place.split('/').nth(1).expect("organisation/learner/")
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn samples_become_a_model_and_requests_are_verified_with_it() {
    let scene = Scene::new().await;
    let place = scene.stack.new_learner(&scene.user).await;

    let first = scene.sample(&place, "the first text").await;
    let model = scene.model_of(&place, &[first]).await;
    assert_eq!((&model["percentage"], &model["can_analyse"]), (&json!(0.5), &json!(true)));

    let invalid = scene.sample(&place, "invalid").await;
    let second = scene.sample(&place, "another text").await;
    let model = scene.model_of(&place, &[first, second]).await;
    assert_eq!(model["percentage"], json!(1.0));
    let path = format!("{}sample/{invalid}/validation/", scene.model_path(&place));
    let told = scene.stack.get(&path, &scene.own).await;
    let validation = &told.body["results"][0];
    assert_eq!((&told.body["count"], &validation["status"]), (&json!(1), &json!(2)), "{told:?}");
    assert_eq!(validation["error_message"], "Invalid, as asked");

    let known = scene.verified(&place, "another text").await;
    assert_eq!((&known["result"], &known["code"]), (&json!(1.0), &json!(1)), "{known}");
    let strange = scene.verified(&place, "somebody else's text").await;
    assert_eq!((&strange["result"], &strange["code"]), (&json!(0.0), &json!(3)), "{strange}");
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn an_exception_of_the_provider_class_leaves_the_model_unlocked() {
    let scene = Scene::new().await;
    let place = scene.stack.new_learner(&scene.user).await;
    scene.sample(&place, "raise").await;
    scene.worker.until_told("Exception from provider: Raised, as asked").await;
    let model = scene.model_of(&place, &[]).await;
    assert_eq!((&model["model"], &model["can_analyse"]), (&Value::Null, &json!(false)));
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_locked_model_is_tried_again() {
    let scene = Scene::new().await;
    let place = scene.stack.new_learner(&scene.user).await;
    let task = a_uuid();
    let lock = json!({"learner_id": learner(&place), "task_id": task});
    let locked = scene.stack.post(&scene.provider.path("enrolment/"), &scene.own, &lock).await;
    assert_eq!(locked.status, 201, "{locked:?}");

    let sample = scene.sample(&place, "the first text").await;
    scene.worker.until_told("Model is locked. Stop execution and retry later.").await;
    let unlock = format!("{}unlock/", scene.model_path(&place));
    let unlocked = scene.stack.post(&unlock, &scene.own, &json!({"token": task})).await;
    assert_eq!(unlocked.status, 201, "{unlocked:?}");
    // Which the worker does after half a minute.
    scene.model_of(&place, &[sample]).await;
}
