//! The function over the embedded AWS.

use std::sync::Arc;

use attesta_intake::{App, router};
use attesta_testing::{Answer, World, call, json};
use axum::Router;
use serde_json::{Value, json};

/// The world, the function in it, and a user that calls.
pub(crate) struct Intake {
    pub(crate) world: World,
    pub(crate) router: Router,
    pub(crate) token: String,
}

impl Intake {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let app = App {
            store: world.store.clone(),
            objects: world.objects.clone(),
            gate: world.user_gate(),
        };
        let token = world.user_token(&world.user);
        Self { router: router(Arc::new(app)), token, world }
    }

    /// Calls as a user of the world's organisation.
    pub(crate) async fn call(&self, method: &str, uri: &str, body: &Value) -> Answer {
        call(&self.router, json(method, uri, &self.token, body)).await
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.call("GET", uri, &Value::Null).await
    }

    /// Submits what is to be verified of the world's learner.
    pub(crate) async fn submit(&self, body: &Value) -> Answer {
        self.call("POST", &self.verification(), body).await
    }

    /// Submits a text to instruments: the answer.
    pub(crate) async fn submitted(&self, instruments: &[u64]) -> Value {
        let answer = self.submit(&json!({"instruments": instruments, "data": "text"})).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    /// The path of the world's learner under a resource.
    pub(crate) fn learner(&self, resource: &str) -> String {
        format!("/lapi/v1/{resource}/{}/{}/", self.world.organisation, self.world.learner)
    }

    pub(crate) fn verification(&self) -> String {
        self.learner("verification")
    }

    /// What is kept of requests: headers, results, messages, answers, objects.
    pub(crate) async fn kept(&self) -> [usize; 5] {
        let aws = &self.world.aws;
        [
            aws.items("REQUEST").await,
            aws.items("RESULT").await,
            aws.items("OUTBOX").await,
            aws.items("IDEMPOTENCY").await,
            aws.bucket.keys().len(),
        ]
    }
}
