//! The secret store and SES.

use std::sync::{Arc, Mutex};

use attesta_runtime::SdkConfig;
use attesta_testing::stand_in;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

/// The id of the messenger's secret.
pub(crate) const SECRET_ID: &str = "the messenger's secret";

/// Both, as far as the messenger asks for anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Aws(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    /// What the secret holds; it can't be read where there is nothing.
    secret: Option<String>,
    /// How often it was read.
    reads: usize,
    /// What SES was asked to send.
    mails: Vec<Value>,
    /// What SES refuses mails with.
    refusal: Option<(StatusCode, &'static str)>,
}

impl Aws {
    pub(crate) async fn start() -> (Self, SdkConfig) {
        let aws = Self::default();
        let config = stand_in(Router::new().fallback(take).with_state(aws.clone())).await;
        (aws, config)
    }

    pub(crate) fn set_secret(&self, secret: Option<&str>) {
        self.0.lock().expect("not poisoned").secret = secret.map(str::to_owned);
    }

    pub(crate) fn reads(&self) -> usize {
        self.0.lock().expect("not poisoned").reads
    }

    pub(crate) fn mails(&self) -> Vec<Value> {
        self.0.lock().expect("not poisoned").mails.clone()
    }

    pub(crate) fn refuse_mails(&self, status: u16, code: &'static str) {
        let status = StatusCode::from_u16(status).expect("a status");
        self.0.lock().expect("not poisoned").refusal = Some((status, code));
    }
}

async fn take(State(aws): State<Aws>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut inner = aws.0.lock().expect("not poisoned");
    if uri.path() == "/v2/email/outbound-emails" {
        let to = body["Destination"]["ToAddresses"][0].clone();
        inner.mails.push(body);
        return match inner.refusal {
            None => Json(json!({"MessageId": "1"})).into_response(),
            Some((status, code)) => {
                let told = json!({"message": format!("{to} is not verified")});
                (status, [("x-amzn-errortype", code)], Json(told)).into_response()
            }
        };
    }
    assert_eq!(headers["x-amz-target"], "secretsmanager.GetSecretValue");
    assert_eq!(body["SecretId"], SECRET_ID);
    inner.reads += 1;
    match &inner.secret {
        Some(secret) => Json(json!({"SecretString": secret})).into_response(),
        None => {
            let error = json!({"__type": "ResourceNotFoundException"});
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
    }
}
