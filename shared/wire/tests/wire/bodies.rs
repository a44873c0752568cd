//! Bodies: what is taken, what is refused, and that nothing breaks the reader.

use attesta_testing::{Answer, call, raw, with_header};
use attesta_wire::{Fields, FromFields, MAX_BODY, Number, Text, customer, provider};
use axum::Router;
use axum::body::Body;
use axum::routing::post;
use http::Request;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A field of each kind.
struct Thing;

impl FromFields for Thing {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let text = fields.required::<Text<5>>("text");
        fields.optional::<Number>("number");
        fields.nullable::<i64>("integer");
        fields.nullable::<Uuid>("uuid");
        fields.nullable::<Map<String, Value>>("object");
        fields.nullable::<Vec<String>>("list");
        fields.nullable::<attesta_model::verification::ResultCode>("code");
        text.map(|_| Self)
    }
}

async fn of_provider(body: provider::Body<Thing>) -> String {
    body.raw.len().to_string()
}

async fn of_customer(_: customer::Body<Thing>) {}

fn router() -> Router {
    Router::new().route("/provider", post(of_provider)).route("/customer", post(of_customer))
}

async fn both(request: impl Fn(&str) -> Request<Body>) -> [Answer; 2] {
    let router = router();
    [call(&router, request("/provider")).await, call(&router, request("/customer")).await]
}

fn statuses(answers: &[Answer; 2]) -> [u16; 2] {
    [answers[0].status.as_u16(), answers[1].status.as_u16()]
}

#[tokio::test]
async fn unknown_fields_are_ignored_by_one_dialect_and_refused_by_the_other() {
    let body = json!({"text": "a", "zebra": 1}).to_string();
    let answers = both(|uri| raw("POST", uri, "", body.clone())).await;
    assert_eq!(statuses(&answers), [200, 400]);
    let validation = json!([{"field": "zebra", "message": "is not known here"}]);
    assert_eq!(answers[1].body["validation"], validation);
    assert_eq!(answers[0].body, json!(body.len()), "the raw bytes are kept");
}

#[tokio::test]
async fn a_mebibyte_is_taken_and_not_a_byte_more() {
    let of = |length: usize| {
        let body = r#"{"text": "a"}"#;
        format!("{body}{}", " ".repeat(length - body.len()))
    };
    for (length, status) in [(MAX_BODY, 200), (MAX_BODY + 1, 413)] {
        let answers = both(|uri| raw("POST", uri, "", of(length))).await;
        assert_eq!(statuses(&answers), [status; 2], "{length}");
    }
}

#[tokio::test]
async fn a_length_that_is_too_much_is_refused_unread() {
    let request = |uri: &str| {
        let good = raw("POST", uri, "", r#"{"text": "a"}"#);
        with_header(good, "content-length", &(MAX_BODY + 1).to_string())
    };
    assert_eq!(statuses(&both(request).await), [413; 2]);
}

#[tokio::test]
async fn json_is_taken_by_any_of_its_names() {
    for (media, status) in [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON", 200),
        ("application/merge-patch+json", 200),
        ("text/json", 415),
        ("application/jsonx", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
    ] {
        let request = |uri: &str| {
            with_header(raw("POST", uri, "", r#"{"text": "a"}"#), "content-type", media)
        };
        assert_eq!(statuses(&both(request).await), [status; 2], "{media}");
    }
    let without = |uri: &str| {
        let mut request = raw("POST", uri, "", r#"{"text": "a"}"#);
        request.headers_mut().remove("content-type");
        request
    };
    assert_eq!(statuses(&both(without).await), [200; 2]);
}

#[tokio::test]
async fn nothing_at_all_is_an_empty_object() {
    let [provider, customer] = both(|uri| raw("POST", uri, "", "")).await;
    assert_eq!(provider.parts(), (400, &json!({"text": ["This field is required."]})));
    assert_eq!(customer.body["validation"], json!([{"field": "text", "message": "is required"}]));
}

#[tokio::test]
async fn a_body_nested_without_end_is_refused() {
    for open in ["[", "{\"text\":"] {
        let body = open.repeat(100_000);
        assert_eq!(statuses(&both(|uri| raw("POST", uri, "", body.clone())).await), [400; 2]);
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let name = prop_oneof!["text|number|integer|uuid|object|list|code", any::<String>()];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name, inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Statuses that a body alone may lead to, without ever being our own fault.
fn answered(body: &[u8]) -> [u16; 2] {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    statuses(&runtime.block_on(both(|uri| raw("POST", uri, "", body.to_vec()))))
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(body: Vec<u8>) {
        for status in answered(&body) {
            prop_assert!(status == 200 || status == 400, "{}", status);
        }
    }

    #[test]
    fn no_json_breaks_the_reader(body in any_json()) {
        let [provider, customer] = answered(body.to_string().as_bytes());
        prop_assert!(provider == 200 || provider == 400, "{}", provider);
        // What the strict dialect takes, the other takes too.
        prop_assert!(customer == 400 || (customer == 200 && provider == 200), "{}", customer);
    }
}
