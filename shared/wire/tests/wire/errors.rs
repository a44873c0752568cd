//! What each error looks like in each dialect.

use attesta_model::{Error, Kind, Problem, Reason};
use attesta_testing::{Answer, call, json};
use attesta_wire::{customer, marketplace, provider, sub_tpps, within_request};
use axum::Router;
use axum::response::IntoResponse;
use serde_json::{Value, json};

/// A caller's view of an error in the dialect of `F`.
async fn told<F: From<Error> + IntoResponse>(error: Error) -> Answer {
    let handler = move || async move { F::from(error) };
    let router = Router::new().fallback(handler);
    call(&router, json("GET", "/", "", &Value::Null)).await
}

/// Every variant but the one with fields.
fn errors() -> [Error; 12] {
    [
        Error::Refused("No.".to_owned()),
        Error::Malformed("line 1".to_owned()),
        Error::Unauthenticated("Who?"),
        Error::Forbidden("Not you."),
        Error::NotFound("Not found."),
        Error::MethodNotAllowed("PUT".to_owned()),
        Error::UnsupportedMediaType,
        Error::Conflict { code: "taken", message: "Taken.".to_owned() },
        Error::WrongState("Not now."),
        Error::TooLarge,
        Error::Throttled { retry_after_seconds: 7 },
        Error::Internal("zebra: the table's name and a stack".to_owned()),
    ]
}

fn headers(answer: &Answer) -> [Option<&str>; 2] {
    ["www-authenticate", "retry-after"].map(|name| answer.header(name))
}

#[tokio::test]
async fn every_error_in_the_provider_dialect() {
    let detail = |text: &str| json!({"detail": text});
    let expected = [
        (400, json!(["No."])),
        (400, detail("JSON parse error - line 1")),
        (401, detail("Who?")),
        (403, detail("Not you.")),
        (404, detail("Not found.")),
        (405, detail("Method \"PUT\" not allowed.")),
        (415, detail("Unsupported media type in request.")),
        (409, detail("Taken.")),
        (406, detail("Not now.")),
        (413, detail("Request body too large.")),
        (429, detail("Request was throttled.")),
        (500, detail("Error processing the request.")),
    ];
    for (error, (status, body)) in errors().into_iter().zip(expected) {
        let answer = told::<provider::Failure>(error).await;
        assert_eq!(answer.parts(), (status, &body));
        let jwt = (status == 401).then_some("JWT");
        assert_eq!(headers(&answer), [jwt, (status == 429).then_some("7")], "{status}");
    }
}

#[tokio::test]
async fn every_error_in_the_customer_dialect() {
    let expected = [
        (400, "refused", "No."),
        (400, "malformed_json", "The body is not JSON: line 1."),
        (401, "unauthenticated", "Who?"),
        (403, "forbidden", "Not you."),
        (404, "not_found", "Not found."),
        (405, "method_not_allowed", "This path has no PUT."),
        (415, "unsupported_media_type", "The body must be JSON."),
        (409, "taken", "Taken."),
        (409, "wrong_state", "Not now."),
        (413, "too_large", "The body is larger than is taken here."),
        (429, "throttled", "Too many tries; wait a little."),
        (500, "internal", "Something went wrong with us."),
    ];
    for (error, (status, code, message)) in errors().into_iter().zip(expected) {
        let answer = told::<customer::Failure>(error).await;
        let body = json!({"status": "error", "code": code, "message": message});
        assert_eq!(answer.parts(), (status, &body));
        let bearer = (status == 401).then_some("Bearer");
        assert_eq!(headers(&answer), [bearer, (status == 429).then_some("7")], "{status}");
    }
}

#[tokio::test]
async fn every_error_in_the_sub_tpps_dialect() {
    let expected = [
        (400, "INVALID_ARGUMENT", "No."),
        (400, "INVALID_ARGUMENT", "The body is not JSON: line 1."),
        (401, "UNAUTHENTICATED", "Who?"),
        (403, "PermissionDenied", "Not you."),
        (404, "NOT_FOUND", "Not found."),
        (501, "UNIMPLEMENTED", "This path has no PUT."),
        (415, "INVALID_ARGUMENT", "The body must be JSON."),
        (409, "ABORTED", "Taken."),
        (409, "ABORTED", "Not now."),
        (413, "INVALID_ARGUMENT", "The body is larger than a mebibyte."),
        (429, "RESOURCE_EXHAUSTED", "Too many requests; wait a little."),
        (500, "InternalServerError", "Something went wrong with us."),
    ];
    for (error, (status, code, message)) in errors().into_iter().zip(expected) {
        let told = told::<sub_tpps::Failure>(error);
        let answer = within_request("an id".to_owned(), told).await;
        let error = json!({"errorCode": code, "message": message, "tokenTraceId": "an id"});
        assert_eq!(answer.parts(), (status, &json!({"error": error})));
        let bearer = (status == 401).then_some("Bearer");
        assert_eq!(headers(&answer), [bearer, (status == 429).then_some("7")], "{status}");
    }
    // A text has room for all fields.
    let problem = |field: &str| Problem { field: Some(field.to_owned()), reason: Reason::Required };
    let both = Error::Invalid(vec![problem("a"), problem("b")]);
    let error =
        json!({"errorCode": "INVALID_ARGUMENT", "message": "a: is required; b: is required"});
    let answer = told::<sub_tpps::Failure>(both).await;
    assert_eq!(answer.parts(), (400, &json!({"error": error})));
}

/// Every reason, with its wording in the provider and the customer dialect.
fn reasons() -> Vec<(Reason, &'static str, &'static str)> {
    vec![
        (Reason::Required, "This field is required.", "is required"),
        (Reason::Null, "This field may not be null.", "must not be null"),
        (Reason::Blank, "This field may not be blank.", "must not be empty"),
        (Reason::NotA(Kind::String), "Not a valid string.", "must be a text"),
        (Reason::NotA(Kind::Integer), "A valid integer is required.", "must be a whole number"),
        (Reason::NotA(Kind::Number), "A valid number is required.", "must be a number"),
        (Reason::NotA(Kind::Boolean), "Must be a valid boolean.", "must be true or false"),
        (Reason::NotA(Kind::Object), "Expected a dictionary of items.", "must be an object"),
        (Reason::NotA(Kind::List), "Expected a list of items.", "must be a list"),
        (Reason::NotA(Kind::Uuid), "Must be a valid UUID.", "must be a UUID"),
        (
            Reason::TooLong(3),
            "Ensure this field has no more than 3 characters.",
            "must not be longer than 3",
        ),
        (
            Reason::NotAChoice("9".to_owned()),
            "\"9\" is not a valid choice.",
            "has no such value as \"9\"",
        ),
        (Reason::Unknown, "Unknown field.", "is not known here"),
        (Reason::Rule("Never.".to_owned()), "Never.", "Never."),
    ]
}

#[tokio::test]
async fn every_reason_in_both_dialects() {
    for (reason, provider, customer) in reasons() {
        let error = Error::field("name", reason);
        let answer = told::<provider::Failure>(error.clone()).await;
        assert_eq!(answer.parts(), (400, &json!({"name": [provider]})));
        let answer = told::<customer::Failure>(error).await;
        let body = json!({
            "status": "error",
            "code": "invalid_request",
            "message": "The request is not valid.",
            "validation": [{"field": "name", "message": customer}],
        });
        assert_eq!(answer.parts(), (400, &body));
    }
}

#[tokio::test]
async fn many_problems_are_told_together() {
    let problem = |field: Option<&str>, reason| Problem { field: field.map(str::to_owned), reason };
    let error = Error::Invalid(vec![
        problem(Some("b"), Reason::Required),
        problem(None, Reason::Rule("Model is locked".to_owned())),
        problem(Some("b"), Reason::Null),
    ]);
    let answer = told::<provider::Failure>(error.clone()).await;
    let body = json!({
        "b": ["This field is required.", "This field may not be null."],
        "non_field_errors": ["Model is locked"],
    });
    assert_eq!(answer.body, body);
    let answer = told::<customer::Failure>(error).await;
    let body = json!([
        {"field": "b", "message": "is required"},
        {"field": "", "message": "Model is locked"},
        {"field": "b", "message": "must not be null"},
    ]);
    assert_eq!(answer.body["validation"], body);
}

/// A thing that is wrong with a body, as the marketplace tells it.
fn wrong(field: Option<&str>, msg: &str, kind: &str) -> Value {
    let loc: Vec<_> = ["body"].into_iter().chain(field).collect();
    json!({"loc": loc, "msg": msg, "type": kind})
}

#[tokio::test]
async fn every_error_in_the_marketplaces_dialect() {
    let detail = |text: &str| json!({"detail": text});
    let refused = |text: &str| json!({"detail": [wrong(None, text, "value_error")]});
    let expected = [
        (422, refused("No.")),
        (422, refused("line 1")),
        (401, detail("Who?")),
        (403, detail("Not you.")),
        (404, Value::Null),
        (405, detail("Method Not Allowed")),
        (415, detail("Unsupported Media Type")),
        (409, detail("Taken.")),
        (409, detail("Not now.")),
        (413, detail("Request Entity Too Large")),
        (429, detail("Too Many Requests")),
        (500, detail("Internal Server Error")),
    ];
    for (error, (status, body)) in errors().into_iter().zip(expected) {
        let answer = told::<marketplace::Failure>(error).await;
        assert_eq!(answer.parts(), (status, &body));
        let bearer = (status == 401).then_some("Bearer");
        assert_eq!(headers(&answer), [bearer, (status == 429).then_some("7")], "{status}");
    }
}

#[tokio::test]
async fn every_reason_in_the_marketplaces_dialect() {
    let expected = [
        ("field required", "value_error.missing"),
        ("none is not an allowed value", "type_error.none.not_allowed"),
        ("ensure this value has at least 1 characters", "value_error.any_str.min_length"),
        ("str type expected", "type_error.str"),
        ("value is not a valid integer", "type_error.integer"),
        ("value is not a valid float", "type_error.float"),
        ("value could not be parsed to a boolean", "type_error.bool"),
        ("value is not a valid dict", "type_error.dict"),
        ("value is not a valid list", "type_error.list"),
        ("value is not a valid uuid", "type_error.uuid"),
        ("ensure this value has at most 3 characters", "value_error.any_str.max_length"),
        ("value is not a valid enumeration member", "type_error.enum"),
        ("extra fields not permitted", "value_error.extra"),
        ("Never.", "value_error"),
        ("invalid datetime format", "value_error.datetime"),
        ("value is not a valid email address", "value_error.email"),
        ("value is not a valid enumeration member; permitted: 'a', 'b'", "type_error.enum"),
    ];
    let reasons = reasons().into_iter().map(|(reason, ..)| reason).chain([
        Reason::NotA(Kind::DateTime),
        Reason::Rule("value is not a valid email address".to_owned()),
        Reason::Rule("value is not a valid enumeration member; permitted: 'a', 'b'".to_owned()),
    ]);
    let reasons: Vec<_> = reasons.collect();
    assert_eq!(reasons.len(), expected.len());
    for (reason, (msg, kind)) in reasons.into_iter().zip(expected) {
        let answer = told::<marketplace::Failure>(Error::field("name", reason)).await;
        let body = json!({"detail": [wrong(Some("name"), msg, kind)]});
        assert_eq!(answer.parts(), (422, &body));
    }
}
