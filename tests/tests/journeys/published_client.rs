//! The published client, unmodified, calls every method that it has for
//! providers.

use serde_json::{Value, json};

use super::own_provider::OwnProvider;
use super::published::Client;
use super::{Stack, a_uuid};

/// Fills one page of ten, and begins another.
const SAMPLES: usize = 11;

/// The client at work, and the organisation beside it.
struct Scene {
    stack: Stack,
    provider: OwnProvider,
    client: Client,
    /// The token of a user.
    user: String,
    place: String,
    learner: String,
}

impl Scene {
    async fn new() -> Self {
        let stack = Stack::running();
        let provider = OwnProvider::new(&stack, true).await;
        let client = Client::start(&stack, &provider);
        let user = stack.sign_in("user").await;
        let place = stack.new_learner(&user).await;
        let learner = place.split('/').nth(1).expect("organisation/learner/").to_owned();
        Self { stack, provider, client, user, place, learner }
    }

    /// What a method of the client returns; it is told who the provider is.
    fn call(&mut self, method: &str, arguments: Value) -> Value {
        let arguments = self.with_provider(arguments);
        self.client.call(&format!("provider.{method}"), &arguments)
    }

    /// What a method raises: its class and text.
    fn raised(&mut self, method: &str, arguments: Value) -> (String, String) {
        let arguments = self.with_provider(arguments);
        self.client.raised(&format!("provider.{method}"), &arguments)
    }

    fn with_provider(&self, mut arguments: Value) -> Value {
        arguments["provider_id"] = json!(self.provider.id);
        arguments
    }
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn the_client_calls_every_method_for_providers() {
    let mut scene = Scene::new().await;
    signs_in_and_reads_itself(&mut scene);
    let samples = validates_samples(&mut scene).await;
    lists_samples(&mut scene, &samples);
    locks_and_saves_the_model(&mut scene, &samples);
    verifies(&mut scene).await;
    keeps_notifications(&mut scene);
    assert_eq!(scene.client.call("uncalled", &json!({})), json!([]));
}

fn signs_in_and_reads_itself(scene: &mut Scene) {
    let module = scene.client.call("module", &json!({}));
    assert_eq!((&module["type"], &module["pk"]), (&json!("provider"), &json!(scene.provider.id)));
    let config = scene.client.call("config", &json!({}));
    assert_eq!(config["CELERY_TASK_DEFAULT_QUEUE"], module["provider_queue"]);
    assert!(!config.to_string().contains("access_key"), "{config}");

    let own = scene.client.call("provider.get", &json!({}));
    assert_eq!(own["instrument"]["id"], scene.provider.instrument);
    scene.client.call("expire", &json!({}));
    assert_eq!(scene.call("get", json!({})), own);
    let token = scene.client.call("_connector._token", &json!({}));
    assert_ne!(token["access_token"], module["token"]["access_token"], "refreshed");
}

/// Hands samples in and finds all of them valid; their numbers.
async fn validates_samples(scene: &mut Scene) -> Vec<u64> {
    let mut samples = Vec::new();
    for n in 0..SAMPLES {
        let Scene { stack, provider, user, place, .. } = &*scene;
        let sample = provider.sample(stack, user, place, &format!("text {n}")).await;
        validates(scene, sample);
        samples.push(sample);
    }
    samples
}

fn validates(scene: &mut Scene, sample: u64) {
    let of_sample = json!({"learner_id": scene.learner, "sample_id": sample});
    let with = |more: &[(&str, Value)]| {
        let mut all = of_sample.clone();
        more.iter().for_each(|(name, value)| all[*name] = value.clone());
        all
    };
    let read = scene.call("enrolment.get_sample", of_sample.clone());
    assert_eq!((&read["id"], read["data"].is_string()), (&json!(sample), true), "{read}");
    let page = scene.call("enrolment.get_sample_validation_list", of_sample.clone());
    assert_eq!((&page["count"], &page["results"][0]["status"]), (&json!(1), &json!(0)), "{page}");
    let validation = page["results"][0]["id"].clone();

    let one = [("validation_id", validation.clone())];
    let waiting = with(&[one[0].clone(), ("status", json!(4))]);
    scene.call("enrolment.set_sample_validation_status", waiting);
    let read = scene.call("enrolment.get_sample_validation", with(&one));
    assert_eq!((&read["status"], &read["sample"]["id"]), (&json!(4), &json!(sample)), "{read}");

    let verdict = json!({"status": 1, "error_message": null, "validation_info": {"seen": sample},
        "message_code_id": null, "contribution": null});
    let put = with(&[one[0].clone(), ("result", verdict)]);
    let put = scene.call("enrolment.set_sample_validation", put);
    assert_eq!((&put["status"], put["info"].is_string()), (&json!(1), true), "{put}");
}

/// Both pages, there and back.
fn lists_samples(scene: &mut Scene, samples: &[u64]) {
    let of_learner = json!({"learner_id": scene.learner});
    let first = scene.call("enrolment.get_available_samples", of_learner.clone());
    assert_eq!((&first["count"], ids(&first)), (&json!(SAMPLES), samples[..10].to_vec()));
    let next = scene.client.call("get_next", &json!({"list": first}));
    assert_eq!(ids(&next), samples[10..]);
    assert!(scene.client.call("get_next", &json!({"list": next})).is_null());
    let back = scene.client.call("get_previous", &json!({"list": next}));
    assert_eq!(ids(&back), ids(&first));
    let used = scene.call("enrolment.get_model_samples", of_learner);
    assert_eq!(used["count"], 0, "there is no model yet");
}

fn ids(page: &Value) -> Vec<u64> {
    let rows = page["results"].as_array().expect("a page").iter();
    rows.map(|row| row["id"].as_u64().expect("a number")).collect()
}

fn locks_and_saves_the_model(scene: &mut Scene, samples: &[u64]) {
    let of_learner = json!({"learner_id": scene.learner});
    let [task, other] = [a_uuid(), a_uuid()];
    let as_task = |task| json!({"learner_id": scene.learner, "task_id": task});
    let [own, others] = [as_task(task), as_task(other)];

    let mut model = scene.call("enrolment.get_model_lock", own.clone());
    assert_eq!((&model["model"], &model["task_id"]), (&Value::Null, &json!(task)), "{model}");
    let (raised, text) = scene.raised("enrolment.get_model_lock", others.clone());
    assert_eq!((raised.as_str(), text.as_str()), ("LockedResourceException", "'Model is locked'"));

    model["model"] = json!({"texts": samples.len()});
    model["percentage"] = json!(0.75);
    model["can_analyse"] = json!(true);
    model["used_samples"] = json!(samples[..3]);
    let mut save = own.clone();
    save["model"] = model;
    let saved = scene.call("enrolment.save_model", save);
    assert_eq!((&saved["is_locked"], &saved["percentage"]), (&json!(false), &json!(0.75)));
    let read = scene.call("enrolment.get_model", of_learner.clone());
    assert_eq!((&read["used_samples"], &read["can_analyse"]), (&json!(samples[..3]), &json!(true)));
    assert!(read["model"].is_string(), "{read}");
    let used = scene.call("enrolment.get_model_samples", of_learner.clone());
    assert_eq!(ids(&used), samples[..3]);
    let available = scene.call("enrolment.get_available_samples", of_learner);
    assert_eq!(ids(&available), samples[3..]);

    let (raised, text) = scene.raised("enrolment.unlock_model", own.clone());
    assert_eq!(
        (raised.as_str(), text.as_str()),
        ("InternalException", "'Something Wrong: HTTP 406'")
    );
    scene.call("enrolment.get_model_lock", others.clone());
    let (_, text) = scene.raised("enrolment.unlock_model", own);
    assert_eq!(text, "'Something Wrong: HTTP 403'");
    assert!(scene.call("enrolment.unlock_model", others.clone()).is_null());
    let status = json!({"learner_id": scene.learner, "sample_id": samples[0], "status": 1});
    let (raised, _) = scene.raised("enrolment.set_sample_status", status);
    assert_eq!(raised, "TypeError", "the client itself does not have it");
}

async fn verifies(scene: &mut Scene) {
    let Scene { stack, provider, user, place, .. } = &*scene;
    let path = provider.request(stack, user, place, "anything").await;
    let id = path.rsplit('/').nth(1).and_then(|id| id.parse::<u64>().ok()).expect("an id");

    let seen = scene.call("verification.get_provider_request_result", json!({"request_id": id}));
    assert_eq!((&seen["status"], &seen["request"]["id"]), (&json!(0), &json!(id)), "{seen}");
    let waiting = json!({"request_id": id, "status": 7});
    scene.call("verification.set_provider_request_status", waiting);
    let read = scene.stack.get(&path, &scene.user).await;
    assert_eq!(read.body["instruments"][0]["results"][0]["status"], 7, "{read:?}");

    let result = json!({"status": 1, "error_message": null, "audit": {"seen": true},
        "result": 0.7, "code": 1, "message_code": null});
    let put = json!({"request_id": id, "result": result});
    let put = scene.call("verification.set_provider_request_result", put);
    assert!(put["audit"].is_string(), "{put}");
    let read = scene.stack.get(&path, &scene.user).await.body;
    assert_eq!((&read["status"], &read["instruments"][0]["code"]), (&json!(3), &json!(2)));

    let back = json!({"request_id": id, "status": 0});
    let (raised, text) = scene.raised("verification.set_provider_request_status", back);
    assert_eq!(raised, "BadRequestException");
    assert!(text.contains("Cannot change processed results status."), "{text}");
    let unknown = json!({"request_id": 1});
    let (raised, _) = scene.raised("verification.get_provider_request_result", unknown);
    assert_eq!(raised, "ObjectNotFoundException");
}

fn keeps_notifications(scene: &mut Scene) {
    // As the worker sends it: without a zone.
    let tell =
        |info: Value| json!({"key": "a key", "when": "2100-01-01T12:30:00.250000", "info": info});
    let made = scene.call("notification.update_or_create", tell(json!({"one": 1})));
    assert_eq!(made["when"], "2100-01-01T12:30:00.25Z", "{made}");
    let again = scene.call("notification.update_or_create", tell(json!({"two": 2})));
    assert_eq!((&again["id"], &again["info"]), (&made["id"], &json!({"one": 1, "two": 2})));
    let one = json!({"notification_id": made["id"]});
    let read = scene.call("notification.get", one.clone());
    assert_eq!((&read["key"], &read["info"]), (&json!("a key"), &again["info"]));
    scene.call("notification.delete", one.clone());
    let (raised, _) = scene.raised("notification.get", one);
    assert_eq!(raised, "ObjectNotFoundException");
}
