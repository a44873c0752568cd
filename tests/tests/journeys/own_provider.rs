//! An instrument and a provider of a journey's own, so that no other journey's
//! tasks come between.

use std::sync::Arc;

use attesta_messaging::QueueNames;
use attesta_model::{ProviderId, SystemSource};
use attesta_store::{Seed, Store};
use serde_json::{Value, json};

use super::Stack;

/// A provider that nobody else knows.
#[derive(Debug)]
pub(crate) struct OwnProvider {
    pub(crate) id: u64,
    pub(crate) instrument: u64,
    pub(crate) role_id: String,
    pub(crate) secret_id: String,
}

impl OwnProvider {
    /// One that the seeded worker's AWS key may work for.
    pub(crate) async fn new(stack: &Stack, requires_enrolment: bool) -> Self {
        let aws = stack.aws();
        let table = aws_sdk_dynamodb::Client::new(&aws);
        let store = Store::new(table, stack.text("/table"), Arc::new(SystemSource));
        let number = || store.ids().integer().expect("a number");
        let (instrument, id) = (number(), number());
        let provider_id = ProviderId::new(id).expect("a number");

        let queues = aws_sdk_sqs::Client::new(&aws);
        let names = QueueNames::new("attesta", provider_id);
        let principal = stack.text("/provider/awsPrincipal");
        let queue = attesta_messaging::create(&queues, &names, Some(&principal)).await.unwrap();
        let seed = Seed(&store);
        let new = of_instrument(instrument, requires_enrolment);
        seed.instrument(&serde_json::from_value(new).unwrap()).await.unwrap();
        let new = of_provider(id, instrument, &queue.name, &queue.url);
        let provider = serde_json::from_value(new).unwrap();
        seed.provider(&provider).await.unwrap();

        let (role, secret) = seed.credential(&provider).await.unwrap();
        Self { id, instrument, role_id: role.to_string(), secret_id: secret.expose().to_owned() }
    }

    /// Submits a document for it to verify; where to read what becomes of it.
    pub(crate) async fn request(
        &self,
        stack: &Stack,
        user: &str,
        place: &str,
        text: &str,
    ) -> String {
        let path = format!("/lapi/v1/verification/{place}");
        let body = json!({
            "instruments": [self.instrument],
            "data": document(text),
            "content_type": "application/json",
        });
        let made = stack.post(&path, user, &body).await;
        assert_eq!((made.status, &made.body["status"]), (201, &json!(2)), "{made:?}");
        format!("{path}{}/", made.body["id"])
    }
}

/// A document as sensors hand it in and the worker's classes read it.
fn document(text: &str) -> String {
    json!({"data": text, "metadata": {"mimetype": "text/plain"}}).to_string()
}

fn of_instrument(id: u64, requires_enrolment: bool) -> Value {
    json!({
        "id": id, "name": "Of a journey", "acronym": "jrn", "queue": "tesla_jrn", "enabled": true,
        "requires_enrolment": requires_enrolment, "description": null, "identity": true,
        "originality": false, "authorship": false, "integrity": false, "options_schema": null,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
    })
}

fn of_provider(id: u64, instrument: u64, queue: &str, queue_url: &str) -> Value {
    json!({
        "id": id, "instrument_id": instrument, "name": "Journey", "acronym": "journey",
        "queue": queue, "queue_url": queue_url, "description": null, "url": null,
        "version": "1.0.0", "image": "journey:1.0.0", "allow_validation": true,
        "validation_active": true, "enabled": true, "has_service": false, "service_port": null,
        "options_schema": null, "options": null, "alert_below": 0.5, "warning_below": 0.8,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
    })
}
