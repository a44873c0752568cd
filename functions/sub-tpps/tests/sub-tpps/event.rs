//! The event that `events/sub-tpps.json` is a sample of.

use attesta_testing::{call, with_header};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::world::{Members, refusal, wanted};

const SAMPLE: &str = include_str!("../../../../events/sub-tpps.json");

/// Both names arrive, though the gateway also hands them over as one.
#[tokio::test]
async fn a_call_that_comes_by_the_gateway_is_read_whole() {
    let members = Members::start().await;
    for (domain, name) in [("a.example.com", "Company A"), ("b.example.com", "Company B")] {
        let mut body = wanted(domain);
        body["name"] = json!(name);
        members.made(&body).await;
    }
    let request = || {
        let request = lambda_http::request::from_str(SAMPLE).expect("an event");
        request.map(|body| Body::from(body.to_vec()))
    };
    let strangers = call(&members.router, request()).await;
    assert_eq!(refusal(&strangers).0, 401);
    let key = format!("{}:{}", members.key.id, members.key.secret.expose());
    let own = with_header(request(), "authorization", &format!("Basic {}", STANDARD.encode(key)));
    let answer = call(&members.router, own).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body["subTpps"].as_array().map(Vec::len), Some(2));
    assert_eq!(answer.body["nextOffset"], Value::Null);
}
