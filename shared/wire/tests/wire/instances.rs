//! What each error looks like in the provider instances dialect, and under
//! which identifier.

use std::sync::Arc;

use attesta_model::{Error, IdFactory, Problem, Reason};
use attesta_testing::{Answer, TestClock, call, json, with_header};
use attesta_wire::instances::{Correlation, Failure, router};
use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};

const ID: &str = "0197f0a0-0000-7000-8000-00000000000a";

/// A caller's view of what a handler answers.
async fn told(routes: Router) -> Answer {
    let router = router(routes, (), IdFactory::new(Arc::new(TestClock::default())));
    let request = json("GET", "/", "", &Value::Null);
    call(&router, with_header(request, "x-correlation-id", ID)).await
}

async fn told_of(error: Error) -> Answer {
    told(Router::new().route("/", get(move || async move { Failure::from(error) }))).await
}

#[tokio::test]
async fn every_error_in_the_provider_instances_dialect() {
    let conflict = Error::Conflict { code: "taken", message: "Taken.".to_owned() };
    for (error, status, kind, description) in [
        (Error::Refused("No.".to_owned()), 400, "Refused", "No."),
        (Error::Malformed("x".to_owned()), 400, "MalformedBody", "The body is not JSON: x."),
        (
            Error::MethodNotAllowed("PUT".to_owned()),
            405,
            "MethodNotAllowed",
            "This path has no PUT.",
        ),
        (Error::UnsupportedMediaType, 415, "UnsupportedMediaType", "The body must be JSON."),
        (conflict, 409, "Conflict", "Taken."),
        (Error::WrongState("Not now."), 409, "Conflict", "Not now."),
        (Error::TooLarge, 413, "TooLarge", "The body is larger than a mebibyte."),
        (
            Error::Throttled { retry_after_seconds: 7 },
            429,
            "Throttled",
            "Too many tries; wait a little.",
        ),
        (
            Error::Internal("zebra".to_owned()),
            500,
            "InternalError",
            "Something went wrong with us.",
        ),
    ] {
        let answer = told_of(error).await;
        let body = json!({"statusCode": status, "type": kind, "description": description,
            "correlationId": ID, "errors": null});
        assert_eq!(answer.parts(), (status, &body));
        assert_eq!(answer.header("x-correlation-id"), Some(ID));
        assert_eq!(answer.header("retry-after"), (status == 429).then_some("7"));
    }
}

#[tokio::test]
async fn who_is_not_let_in_and_what_is_not_there_have_no_body() {
    for (error, status) in [
        (Error::Unauthenticated("Who?"), 401),
        (Error::AccessTokenRequired, 401),
        (Error::Forbidden("Not you."), 403),
        (Error::SecondFactorRequired, 403),
        (Error::NotFound("Not found."), 404),
    ] {
        let answer = told_of(error).await;
        assert_eq!(answer.parts(), (status, &Value::Null));
        assert_eq!(answer.header("content-type"), None);
        assert_eq!(answer.header("www-authenticate"), (status == 401).then_some("Bearer"));
        assert_eq!(answer.header("x-correlation-id"), Some(ID));
    }
}

#[tokio::test]
async fn problems_of_one_property_are_told_together() {
    let problem = |field: &str, reason| Problem { field: Some(field.to_owned()), reason };
    let answer = told_of(Error::Invalid(vec![
        problem("b", Reason::Required),
        problem("a", Reason::TooLong(3)),
        problem("b", Reason::Null),
    ]));
    let errors = json!([
        {"propertyName": "b", "description": ["is required", "must not be null"]},
        {"propertyName": "a", "description": ["must not be longer than 3"]},
    ]);
    assert_eq!(answer.await.body["errors"], errors);
}

#[tokio::test]
async fn a_handler_that_panics_is_answered_under_the_identifier_too() {
    async fn panics() -> &'static str {
        panic!("a fault of ours")
    }
    let answer = told(Router::new().route("/", get(panics))).await;
    assert_eq!((answer.status.as_u16(), &answer.body["correlationId"]), (500, &json!(ID)));
    assert!(!answer.body.to_string().contains("fault"), "{}", answer.body);
}

#[tokio::test]
async fn the_identifier_goes_with_the_answer_to_the_log() {
    use tower::ServiceExt;

    let routes = Router::new().route("/", get(async || "fine"));
    let router = router(routes, (), IdFactory::new(Arc::new(TestClock::default())));
    let request = with_header(json("GET", "/", "", &Value::Null), "x-correlation-id", ID);
    let answer = router.oneshot(request).await.expect("infallible");
    let Correlation(id) = answer.extensions().get().expect("an identifier");
    assert_eq!(id, ID);
}
