//! `/docs` and `/openapi`, which nobody signs in for.

use std::io::Read;

use attesta_testing::{Answer, call, raw, with_header};
use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::world::System;

const SURFACES: [&str; 6] =
    ["customer", "provider", "marketplace", "sub-tpp", "provider-instances", "platform"];

impl System {
    /// Anybody asks for something, with headers.
    async fn ask(&self, method: &str, path: &str, headers: &[(&'static str, &str)]) -> Answer {
        let mut request = raw(method, path, "", "");
        for (name, value) in headers {
            request = with_header(request, name, value);
        }
        call(&self.router, request).await
    }
}

#[tokio::test]
async fn anybody_reads_the_document_of_each_surface() {
    let system = System::start().await;
    for surface in SURFACES {
        let answer = system.ask("GET", &format!("/openapi/{surface}.json"), &[]).await;
        assert_eq!(answer.status, 200, "{surface}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.body["openapi"], "3.1.0");
        assert!(!answer.body["paths"].as_object().unwrap().is_empty(), "{surface}");
    }
    for missing in ["/openapi/nothing.json", "/openapi/customer", "/docs/index.html"] {
        let answer = system.ask("GET", missing, &[]).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (404, &json!("not_found")));
    }
}

#[tokio::test]
async fn what_is_served_is_compressed_for_whoever_takes_it() {
    let system = System::start().await;
    let plain = system.ask("GET", "/openapi/platform.json", &[]).await;
    assert_eq!(plain.header("content-encoding"), None);
    for takes in ["gzip, deflate, br", "GZIP;q=0.5", "*"] {
        let headers = [("accept-encoding", takes)];
        let answer = system.ask("GET", "/openapi/platform.json", &headers).await;
        assert_eq!(answer.header("content-encoding"), Some("gzip"), "{takes}");
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        let mut unpacked = Vec::new();
        GzDecoder::new(&answer.bytes[..]).read_to_end(&mut unpacked).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&unpacked).unwrap(), plain.body);
        assert!(answer.bytes.len() < plain.bytes.len());
    }
    for refuses in ["br", "gzip;q=0", "identity"] {
        let headers = [("accept-encoding", refuses)];
        let answer = system.ask("GET", "/openapi/platform.json", &headers).await;
        assert_eq!((answer.header("content-encoding"), &answer.body), (None, &plain.body));
    }
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let system = System::start().await;
    let first = system.ask("GET", "/docs/page.css", &[]).await;
    assert_eq!(first.header("cache-control"), Some("public, max-age=300"));
    let tag = first.header("etag").unwrap().to_owned();
    let known = format!("\"another\", {tag}");
    let again = system.ask("GET", "/docs/page.css", &[("if-none-match", &known)]).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(tag.as_str()));
    let other = system.ask("GET", "/docs/page.js", &[("if-none-match", &tag)]).await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn only_reading_is_taken() {
    let system = System::start().await;
    for path in ["/docs", "/docs/page.js", "/openapi/customer.json"] {
        let head = system.ask("HEAD", path, &[]).await;
        assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0), "{path}");
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let answer = system.ask(method, path, &[]).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.body["code"], "method_not_allowed");
        }
    }
}

#[tokio::test]
async fn the_page_and_all_that_it_names_come_from_here() {
    let system = System::start().await;
    let page = system.ask("GET", "/docs", &[]).await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    let text = String::from_utf8(page.bytes).unwrap();
    // With that policy a browser runs no script and no style that stands in the page itself.
    for inline in ["<style", "<script>", "style=", "onclick", "onload"] {
        assert!(!text.contains(inline), "{inline}");
    }
    let named = text.split('"').filter(|part| part.starts_with('/'));
    let named: Vec<_> = named.map(|path| path.split('?').next().unwrap()).collect();
    assert!(named.len() > 10, "{named:?}");
    for path in named {
        assert_eq!(system.ask("GET", path, &[]).await.status, 200, "{path}");
    }
    for surface in SURFACES {
        assert!(text.contains(&format!("/docs?api={surface}\"")), "{surface}");
    }
}
