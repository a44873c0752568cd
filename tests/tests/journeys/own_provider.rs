//! An instrument and a provider of a journey's own, so that no other journey's
//! tasks come between.

use serde_json::{Value, json};

use super::{Stack, a_uuid};

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
        let staff = stack.sign_in("staff").await;
        let name = a_uuid().simple().to_string();
        let acronym = &name[..30];
        let instrument = json!({"name": name, "acronym": acronym, "queue": name,
            "enabled": true, "requires_enrolment": requires_enrolment});
        let path = "/api/v2/admin/instrument/";
        let instrument = made(stack, &staff, path, &instrument).await["id"].as_u64().unwrap();
        let provider = json!({"name": name, "acronym": acronym, "queue": name, "version": "1.0.0",
            "image": "journey:1.0.0", "principal": stack.text("/provider/awsPrincipal"),
            "allow_validation": true, "validation_active": true, "enabled": true,
            "warning_below": 0.8, "alert_below": 0.5});
        let path = format!("{path}{instrument}/provider/");
        let provider = made(stack, &staff, &path, &provider).await;
        let secret = |half: &str| provider["credentials"][half].as_str().unwrap().to_owned();
        Self {
            id: provider["id"].as_u64().unwrap(),
            instrument,
            role_id: secret("role_id"),
            secret_id: secret("secret_id"),
        }
    }

    /// Its access token.
    pub(crate) async fn token(&self, stack: &Stack) -> String {
        stack.token_of(&self.role_id, &self.secret_id).await
    }

    /// A path below its own.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v2/provider/{}/{rest}", self.id)
    }

    /// Hands a sample in for it to enrol a learner with; its number.
    pub(crate) async fn sample(&self, stack: &Stack, user: &str, place: &str, text: &str) -> u64 {
        let body = json!({
            "instrument": self.instrument,
            "data": document(text),
            "content_type": "application/json",
        });
        let made = stack.post(&format!("/lapi/v1/enrolment/{place}"), user, &body).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.body["id"].as_u64().expect("a number")
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

async fn made(stack: &Stack, staff: &str, path: &str, body: &Value) -> Value {
    let answer = stack.post(path, staff, body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.body
}
