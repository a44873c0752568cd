//! The published client, unmodified, calls every method that it has for
//! providers.

use serde_json::{Value, json};

use super::Stack;
use super::own_provider::OwnProvider;
use super::published::Client;

/// Methods whose operations are still to come; this list only shrinks.
const NOT_YET_BUILT: [&str; 14] = [
    "get_next",
    "get_previous",
    "provider.enrolment.get_available_samples",
    "provider.enrolment.get_model",
    "provider.enrolment.get_model_lock",
    "provider.enrolment.get_model_samples",
    "provider.enrolment.get_sample",
    "provider.enrolment.get_sample_validation",
    "provider.enrolment.get_sample_validation_list",
    "provider.enrolment.save_model",
    "provider.enrolment.set_sample_status",
    "provider.enrolment.set_sample_validation",
    "provider.enrolment.set_sample_validation_status",
    "provider.enrolment.unlock_model",
];

/// The client at work, and the organisation beside it.
struct Scene {
    stack: Stack,
    provider: OwnProvider,
    client: Client,
    /// The token of a user.
    user: String,
    place: String,
}

impl Scene {
    async fn new() -> Self {
        let stack = Stack::running();
        let provider = OwnProvider::new(&stack, false).await;
        let client = Client::start(&stack, &provider);
        let user = stack.sign_in("user").await;
        let place = stack.new_learner(&user).await;
        Self { stack, provider, client, user, place }
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
    verifies(&mut scene).await;
    keeps_notifications(&mut scene);
    assert_eq!(scene.client.call("uncalled", &json!({})), json!(NOT_YET_BUILT));
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
