//! The running stack, and calling it over HTTP.

use std::path::PathBuf;

use attesta_reference_provider::http::{Client, Method};
use http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

/// What `stack.json` tells.
#[derive(Debug)]
pub(crate) struct Stack {
    /// The file itself.
    pub(crate) file: PathBuf,
    known: Value,
    http: Client,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Stack {
    /// The stack that `ATTESTA_STACK` names.
    pub(crate) fn running() -> Self {
        let file = std::env::var_os("ATTESTA_STACK").expect("ATTESTA_STACK names stack.json");
        let file = PathBuf::from(file).canonicalize().expect("the stack's file");
        let known = std::fs::read(&file).expect("a stack that runs");
        let known = serde_json::from_slice(&known).expect("JSON");
        Self { file, known, http: Client::new() }
    }

    /// Something that `stack.json` tells, by its path.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let value = self.known.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}"));
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    /// Calls an operation; an empty token is none, a null body none either.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let url = format!("{}{path}", self.text("/baseUrl"));
        let mut request =
            Request::builder().method(method).uri(url).header("content-type", "application/json");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = request.body(bytes).expect("a request");
        let answer = self.http.send(&request).await.expect("an answer");
        let body = serde_json::from_slice(&answer.body).unwrap_or_default();
        Answer { status: answer.status, body }
    }

    /// Calls with a body and nothing else.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, token, body, &[]).await
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(Method::GET, path, token, &Value::Null, &[]).await
    }

    /// The access token of one of the seeded people.
    pub(crate) async fn sign_in(&self, who: &str) -> String {
        let body = json!({
            "username": self.text(&format!("/{who}/username")),
            "password": self.text(&format!("/{who}/password")),
        });
        let answer = self.post("/customers/auth/login", "", &body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body["tokens"]["access"].as_str().expect("a token").to_owned()
    }

    /// The access token of the seeded provider.
    pub(crate) async fn provider_token(&self) -> String {
        let body = json!({
            "role_id": self.text("/provider/roleId"),
            "secret_id": self.text("/provider/secretId"),
        });
        let answer = self.post("/api/v2/auth/approle", "", &body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body["token"]["access_token"].as_str().expect("a token").to_owned()
    }

    /// A new learner of the seeded organisation, and where to submit for them.
    pub(crate) async fn new_learner(&self, token: &str) -> String {
        #[expect(clippy::disallowed_methods, reason = "a client makes up its own")]
        let learner = Uuid::new_v4();
        let place = format!("{}/{learner}/", self.text("/organisationId"));
        let path = format!("/lapi/v1/learner/{place}");
        let answer = self.call(Method::PUT, &path, token, &json!({}), &[]).await;
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        place
    }
}
