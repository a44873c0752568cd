//! The calls of an organisation's user: sign in, create a learner, submit, look.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use attesta_reference_provider::http::{self, Client, Method, Patience, Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::multipart::form;
use super::stack::Stack;

/// The plagiarism instrument.
const INSTRUMENT: u64 = 5;

/// A user who is signed in, and the learner whose texts are submitted.
pub(super) struct Customer {
    http: Client,
    patience: Patience,
    base_url: String,
    /// Organisation and learner, as they stand in a path.
    learner_path: String,
    learner_id: String,
    access: SecretString,
}

/// What to submit, and how.
pub(super) enum Data<'a> {
    Inline(&'a str),
    Upload(&'a str),
}

/// A request as its organisation sees it.
#[derive(Debug, Deserialize)]
pub(super) struct RequestDocument {
    pub(super) id: u64,
    pub(super) status: u8,
    pub(super) created_at: jiff::Timestamp,
    pub(super) instruments: Vec<InstrumentSummary>,
}

#[derive(Debug, Deserialize)]
pub(super) struct InstrumentSummary {
    pub(super) code: u8,
    pub(super) result: Option<f64>,
    pub(super) results: Vec<ProviderResult>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ProviderResult {
    pub(super) provider_id: u64,
    pub(super) updated_at: jiff::Timestamp,
}

#[derive(Deserialize)]
struct SignedIn {
    tokens: Option<Tokens>,
}

#[derive(Deserialize)]
struct Tokens {
    access: SecretString,
}

#[derive(Deserialize)]
struct Upload {
    upload_id: String,
    upload: Presigned,
}

#[derive(Deserialize)]
struct Presigned {
    url: String,
    fields: BTreeMap<String, String>,
}

impl Customer {
    /// Signs in, and thinks of a new learner.
    pub(super) async fn sign_in(http: Client, patience: Patience, stack: &Stack) -> Result<Self> {
        let body = json!({
            "username": stack.user.username,
            "password": stack.user.password.expose_secret(),
        });
        let url = format!("{}/customers/auth/login", stack.base_url);
        let request = http::json(Method::POST, &url, &body)?;
        let answer: SignedIn = read(&http.send_patiently(&request, patience).await?, "sign-in")?;
        let tokens = answer.tokens.context("sign-in: the user has to do something else first")?;
        let learner_id = random_id();
        Ok(Self {
            http,
            patience,
            base_url: stack.base_url.clone(),
            learner_path: format!("{}/{learner_id}", stack.organisation_id),
            learner_id,
            access: tokens.access,
        })
    }

    /// The learner's id.
    pub(super) fn learner_id(&self) -> &str {
        &self.learner_id
    }

    /// Creates the learner.
    pub(super) async fn create_learner(&self) -> Result<()> {
        let url = format!("{}/lapi/v1/learner/{}/", self.base_url, self.learner_path);
        let request = http::json(Method::PUT, &url, &json!({}))?;
        self.call::<Value>(request, "learner").await.map(drop)
    }

    /// Submits a document. However often it has to be sent, it is one request.
    pub(super) async fn submit(&self, activity: &str, data: Data<'_>) -> Result<RequestDocument> {
        let mut body = json!({"instruments": [INSTRUMENT], "activity": activity});
        match data {
            Data::Inline(text) => body["data"] = text.into(),
            Data::Upload(text) => body["upload"] = self.upload(text).await?.into(),
        }
        let request = http::json(Method::POST, &self.verification_url(), &body)?;
        let request = http::with_header(request, "idempotency-key", &random_id())?;
        self.call(request, "submission").await
    }

    /// Reads a request.
    pub(super) async fn look(&self, request_id: u64) -> Result<RequestDocument> {
        let url = format!("{}{request_id}/", self.verification_url());
        self.call(http::plain(Method::GET, &url)?, "request").await
    }

    /// Uploads a document by a presigned form and returns the upload's id.
    async fn upload(&self, text: &str) -> Result<String> {
        let url = format!("{}/lapi/v1/upload/{}/", self.base_url, self.learner_path);
        let request = http::json(Method::POST, &url, &json!({}))?;
        let Upload { upload_id, upload } = self.call(request, "upload").await?;
        let form = form(&random_id(), &upload.fields, text.as_bytes());
        let mut request = http::plain(Method::POST, &upload.url)?;
        *request.body_mut() = form.body;
        let request = http::with_header(request, "content-type", &form.content_type)?;
        let answer = self.http.send_patiently(&request, self.patience).await?;
        ensure!(answer.is_success(), "presigned form: {}", answer.summary());
        Ok(upload_id)
    }

    fn verification_url(&self) -> String {
        format!("{}/lapi/v1/verification/{}/", self.base_url, self.learner_path)
    }

    async fn call<T: DeserializeOwned>(&self, request: Request, what: &str) -> Result<T> {
        let bearer = format!("Bearer {}", self.access.expose_secret());
        let request = http::with_header(request, "authorization", &bearer)?;
        read(&self.http.send_patiently(&request, self.patience).await?, what)
    }
}

fn read<T: DeserializeOwned>(answer: &Response, what: &str) -> Result<T> {
    ensure!(answer.is_success(), "{what}: {}", answer.summary());
    answer.json().with_context(|| what.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "every run is to be new to the platform")]
fn random_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
