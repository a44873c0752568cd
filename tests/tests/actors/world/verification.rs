//! What providers work on.

use attesta_model::verification::SampleStatus;
use attesta_testing::{World as Seeded, json as request};
use http::StatusCode;
use serde_json::{Value, json};

use super::{InProcess, TASK, WHEN};

impl InProcess {
    /// Submits a request; yields its id.
    pub(super) async fn submit(&self) -> Value {
        let Seeded { organisation, learner, user, .. } = &self.seeded;
        let path = format!("/lapi/v1/verification/{organisation}/{learner}/");
        let body = json!({"instruments": [Seeded::PLAGIARISM], "data": "An essay."});
        let request = request("POST", &path, &self.seeded.user_token(user), &body);
        let answer = attesta_testing::call(&self.intake, request).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["id"].clone()
    }

    /// Asks for a notification; yields its id.
    pub(super) async fn notification(&self) -> Value {
        let path = format!("/api/v2/provider/{}/notification/", self.seeded.provider.provider_id);
        let body = json!({"key": "a key", "when": WHEN});
        let token = self.seeded.provider_token(self.seeded.provider);
        let answer = attesta_testing::call(&self.providers, request("POST", &path, &token, &body));
        answer.await.body["id"].clone()
    }

    /// Puts a sample; yields its id.
    pub(super) async fn sample(&self) -> Value {
        let learner = self.seeded.learner;
        let valid = [SampleStatus::Valid];
        json!(self.seeded.put_samples(learner, Seeded::PLAGIARISM, &valid).await[0])
    }

    /// A sample that its provider has not validated yet, and one that it has not
    /// begun to.
    pub(super) async fn hand_in_samples(&mut self) {
        let Seeded { provider, .. } = self.seeded;
        let unseen = self.seeded.hand_in(Seeded::PLAGIARISM).await;
        self.seeded.set_validating(&[provider]).await;
        let sample = self.seeded.hand_in(Seeded::PLAGIARISM).await;
        let validation = self.seeded.own_validation(provider, sample).await.row().id;
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        set("sample_id", json!(sample.to_string()));
        set("createValidation.sample_id", json!(unseen.to_string()));
        for operation in ["read", "update", "patch", "delete"] {
            set(&format!("{operation}Validation.id"), json!(validation.to_string()));
        }
        set("setValidationStatus.id", json!(validation.to_string()));
    }

    /// Locks the learner's model.
    pub(super) async fn lock(&self) {
        let Seeded { provider, learner, .. } = &self.seeded;
        let path = format!("/api/v2/provider/{}/enrolment/", provider.provider_id);
        let body = json!({"learner_id": learner, "task_id": TASK});
        let request = request("POST", &path, &self.seeded.provider_token(*provider), &body);
        let answer = attesta_testing::call(&self.providers, request).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    }

    /// Has the organisation told of what happens.
    pub(super) async fn set_webhook(&self) {
        let Seeded { organisation, user, .. } = &self.seeded;
        let path = format!("/lapi/v1/webhook/{organisation}/");
        let body = json!({"url": "https://hooks.example.com/"});
        let request = request("PUT", &path, &self.seeded.user_token(user), &body);
        let answer = attesta_testing::call(&self.intake, request).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    }
}
