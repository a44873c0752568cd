//! Calling a router in this process.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Extensions, HeaderMap, Request, StatusCode};
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::rights::deployed_here;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, where it is JSON; else null.
    pub body: Value,
    /// What goes along with it in this process, for whoever serves it.
    pub extensions: Extensions,
    /// Its body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The status as a number, and the body.
    #[must_use]
    pub fn parts(&self) -> (u16, &Value) {
        (self.status.as_u16(), &self.body)
    }

    /// A header, where there is one.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// A request with a JSON body, by the bearer of a token (an empty one is none).
#[must_use]
pub fn json(method: &str, uri: &str, token: &str, body: &Value) -> Request<Body> {
    raw(method, uri, token, if body.is_null() { String::new() } else { body.to_string() })
}

/// A request with any body that says it is JSON.
#[must_use]
pub fn raw(method: &str, uri: &str, token: &str, body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .header(CONTENT_TYPE, "application/json")
        .body(body.into())
        .expect("a request");
    if !token.is_empty() {
        let value = format!("Bearer {token}").parse().expect("a header");
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    request
}

/// A request that posts a form.
#[must_use]
pub fn form(uri: &str, pairs: &[(&str, &str)]) -> Request<Body> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    with_header(raw("POST", uri, "", body), "content-type", "application/x-www-form-urlencoded")
}

/// A request with a form of parts with a name, a file's name and a content each,
/// by the bearer of a token.
#[must_use]
pub fn upload(
    method: &str,
    uri: &str,
    token: &str,
    parts: &[(&str, Option<&str>, &str)],
) -> Request<Body> {
    let mut body = String::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body += "--b\r\nContent-Disposition: form-data; ";
        body += &format!("name=\"{name}\"{file}\r\n\r\n{content}\r\n");
    }
    let request = raw(method, uri, token, body + "--b--\r\n");
    with_header(request, "content-type", "multipart/form-data; boundary=b")
}

/// The same request, as the gateway says from which address it comes.
#[must_use]
pub fn from(address: &str, request: Request<Body>) -> Request<Body> {
    let context = json!({
        "timeEpoch": 0,
        "http": {
            "method": request.method().as_str(),
            "path": request.uri().path(),
            "protocol": "HTTP/1.1",
            "sourceIp": address,
            "userAgent": "test",
        },
        "requestId": "a-request",
    });
    let context = serde_json::from_value(context).expect("a context");
    request.with_request_context(RequestContext::ApiGatewayV2(context))
}

/// The same request with a header more, or another.
#[must_use]
pub fn with_header(mut request: Request<Body>, name: &'static str, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, value.parse().expect("a header"));
    request
}

/// Calls, with the rights of the function whose own test it is.
pub async fn call(router: &Router, request: Request<Body>) -> Answer {
    let handling = async {
        let answer = router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = answer.into_parts();
        (parts, to_bytes(body, usize::MAX).await.expect("a body"))
    };
    let (parts, bytes) = deployed_here(handling).await;
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
        bytes: bytes.into(),
        extensions: parts.extensions,
    }
}
