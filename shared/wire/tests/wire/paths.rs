//! Paths: trailing slashes, parameters, and what leads nowhere.

use attesta_testing::{call, json};
use attesta_wire::provider::{Path, router};
use attesta_wire::{Slash, with_paths};
use axum::Router;
use axum::extract::RawQuery;
use axum::routing::get;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A surface whose paths end as said.
fn surface(slash: Slash) -> Router {
    let end = if slash == Slash::Always { "/" } else { "" };
    let echo = |Path((a, b)): Path<(String, String)>, RawQuery(query): RawQuery| async move {
        json!([a, b, query]).to_string()
    };
    let routes = Router::new().route(&format!("/things/{{a}}/{{b}}{end}"), get(echo));
    let router = router(routes, ());
    Router::new().fallback_service(with_paths(router, slash))
}

async fn answer(slash: Slash, method: &str, uri: &str) -> (u16, Value) {
    let answer = call(&surface(slash), json(method, uri, "", &Value::Null)).await;
    (answer.status.as_u16(), answer.body)
}

#[tokio::test]
async fn a_path_is_taken_with_and_without_its_slash() {
    for slash in [Slash::Always, Slash::Never] {
        for uri in ["/things/1/2", "/things/1/2/", "/things/1/2//"] {
            let expected = (200, json!(["1", "2", null]));
            assert_eq!(answer(slash, "GET", uri).await, expected, "{slash:?} {uri}");
        }
        let expected = (200, json!(["1", "é/", "q=a/&r"]));
        assert_eq!(
            answer(slash, "GET", "/things/1/%C3%A9%2F/?q=a/&r").await,
            expected,
            "{slash:?}"
        );
    }
}

#[tokio::test]
async fn other_methods_and_paths_are_refused_with_and_without_the_slash() {
    for slash in [Slash::Always, Slash::Never] {
        for uri in ["/things/1/2", "/things/1/2/"] {
            let expected = (405, json!({"detail": "Method \"PUT\" not allowed."}));
            assert_eq!(answer(slash, "PUT", uri).await, expected, "{slash:?} {uri}");
        }
        for uri in ["/", "//", "/things", "/things/1/2/3/", "/things/1/%FF/"] {
            let expected = (404, json!({"detail": "Not found."}));
            assert_eq!(answer(slash, "GET", uri).await, expected, "{slash:?} {uri}");
        }
    }
}

proptest! {
    #[test]
    fn no_address_breaks_a_surface(uri in "/[ -~]{0,40}", is_always: bool) {
        prop_assume!(uri.parse::<http::Uri>().is_ok());
        let slash = if is_always { Slash::Always } else { Slash::Never };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (status, _) = runtime.block_on(answer(slash, "GET", &uri));
        prop_assert!(status == 200 || status == 404, "{}", status);
    }
}
