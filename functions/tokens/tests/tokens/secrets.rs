//! What is asked of the secret store.

use attesta_model::Error;
use attesta_testing::stand_in;
use attesta_tokens::{SecretTexts, SecretsManager, Texts};
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};

/// A secret store whose answers depend on the version that is asked for.
async fn texts(answer: fn(&str) -> Result<&'static str, &'static str>) -> Result<Texts, Error> {
    let handler = async move |body: Bytes| -> Response {
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        assert_eq!(body["SecretId"], "the signing secret");
        match answer(body["VersionStage"].as_str().unwrap_or_default()) {
            Ok(text) => Json(json!({"SecretString": text})).into_response(),
            Err(error) => (StatusCode::BAD_REQUEST, Json(json!({"__type": error}))).into_response(),
        }
    };
    let config = stand_in(Router::new().fallback(handler)).await;
    SecretsManager::new(&config, "the signing secret").texts().await
}

#[tokio::test]
async fn both_texts_of_a_secret_are_read() {
    let read = texts(|stage| Ok(if stage == "AWSCURRENT" { "now" } else { "before" })).await;
    let read = read.expect("texts");
    assert_eq!((read.current.as_str(), read.previous.as_deref()), ("now", Some("before")));
}

#[tokio::test]
async fn nothing_secret_shows_when_texts_are_printed() {
    let read = texts(|_| Ok("zebra")).await.expect("texts");
    assert!(!format!("{read:?}").contains("zebra"));
}

#[tokio::test]
async fn a_secret_that_was_never_rotated_has_one_text() {
    let only = |stage: &str| match stage {
        "AWSCURRENT" => Ok("now"),
        _ => Err("ResourceNotFoundException"),
    };
    let read = texts(only).await.expect("a text");
    assert_eq!((read.current.as_str(), read.previous), ("now", None));
}

#[tokio::test]
async fn a_secret_that_is_not_there_or_not_ours_to_read_is_our_own_fault() {
    for refusal in [
        texts(|_| Err("ResourceNotFoundException")).await,
        texts(|_| Err("AccessDeniedException")).await,
    ] {
        assert!(matches!(refusal, Err(Error::Internal(_))), "{refusal:?}");
    }
}
