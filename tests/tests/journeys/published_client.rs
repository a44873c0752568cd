//! The published client, unmodified, calls every method that it has for
//! providers.

use serde_json::{Value, json};

use super::Stack;
use super::own_provider::OwnProvider;
use super::published::Client;

/// Methods whose operations are still to come; this list only shrinks.
const NOT_YET_BUILT: [&str; 17] = [
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
    "provider.notification.delete",
    "provider.notification.get",
    "provider.notification.update_or_create",
];

#[tokio::test]
#[ignore = "needs a local stack"]
async fn the_client_calls_every_method_for_providers() {
    let stack = Stack::running();
    let provider = OwnProvider::new(&stack, false).await;
    let mut client = Client::start(&stack, &provider);
    let user = stack.sign_in("user").await;
    signs_in_and_reads_itself(&mut client, &provider);
    verification(&stack, &user, &provider, &mut client).await;
    assert_eq!(client.call("uncalled", &json!({})), json!(NOT_YET_BUILT));
}

fn signs_in_and_reads_itself(client: &mut Client, provider: &OwnProvider) {
    let module = client.call("module", &json!({}));
    assert_eq!((&module["type"], &module["pk"]), (&json!("provider"), &json!(provider.id)));
    let config = client.call("config", &json!({}));
    assert_eq!(config["CELERY_TASK_DEFAULT_QUEUE"], module["provider_queue"]);
    assert!(!config.to_string().contains("secret_access_key"), "{config}");

    let own = client.call("provider.get", &json!({}));
    assert_eq!(own["instrument"]["id"], provider.instrument);
    client.call("expire", &json!({}));
    assert_eq!(client.call("provider.get", &json!({"provider_id": provider.id})), own);
    let token = client.call("_connector._token", &json!({}));
    assert_ne!(token["access_token"], module["token"]["access_token"]);
}

async fn verification(stack: &Stack, user: &str, provider: &OwnProvider, client: &mut Client) {
    let place = stack.new_learner(user).await;
    let path = provider.request(stack, user, &place, "anything").await;
    let id = path.rsplit('/').nth(1).and_then(|id| id.parse::<u64>().ok()).expect("an id");
    let own = json!({"provider_id": provider.id, "request_id": id});
    let with = |more: Value| merged(&own, more);

    let seen = client.call("provider.verification.get_provider_request_result", &own);
    assert_eq!((&seen["status"], &seen["request"]["id"]), (&json!(0), &json!(id)), "{seen}");

    let wait = with(json!({"status": 7}));
    client.call("provider.verification.set_provider_request_status", &wait);
    let read = stack.get(&path, user).await;
    assert_eq!(read.body["instruments"][0]["results"][0]["status"], 7, "{read:?}");

    let result = json!({"status": 1, "error_message": null, "audit": {"seen": true},
        "result": 0.7, "code": 1, "message_code": null});
    let put = with(json!({"result": result}));
    let put = client.call("provider.verification.set_provider_request_result", &put);
    assert!(put["audit"].is_string(), "{put}");
    let read = stack.get(&path, user).await;
    assert_eq!(
        (&read.body["status"], &read.body["instruments"][0]["code"]),
        (&json!(3), &json!(2))
    );

    let frozen = with(json!({"status": 0}));
    let raised = client.raised("provider.verification.set_provider_request_status", &frozen);
    assert_eq!(raised.0, "BadRequestException");
    assert!(raised.1.contains("Cannot change processed results status."), "{}", raised.1);
    let unknown = json!({"provider_id": provider.id, "request_id": 1});
    let raised = client.raised("provider.verification.get_provider_request_result", &unknown);
    assert_eq!(raised.0, "ObjectNotFoundException");
}

/// An object with the fields of both.
fn merged(one: &Value, other: Value) -> Value {
    let mut both = one.clone();
    let (Value::Object(into), Value::Object(more)) = (&mut both, other) else { unreachable!() };
    into.extend(more);
    both
}
