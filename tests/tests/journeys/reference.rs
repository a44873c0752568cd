//! The API reference, from the deployed functions.

use attesta_reference_provider::http::Method;
use serde_json::Value;

use super::Stack;

const DOCUMENTS: [&str; 6] =
    ["customer", "provider", "marketplace", "sub-tpp", "provider-instances", "platform"];

#[tokio::test]
#[ignore = "needs a local stack"]
async fn anybody_reads_the_reference_of_the_deployed_apis() {
    let stack = Stack::running();
    let packed = [("accept-encoding", "gzip")];
    for path in ["/docs", "/docs/page.js", "/docs/swagger-ui-bundle.js"] {
        let plain = stack.get(path, "").await;
        assert_eq!(plain.status, 200, "{path}");
        let answer = stack.call(Method::GET, path, "", &Value::Null, &packed).await;
        assert!(answer.bytes.starts_with(&[0x1f, 0x8b]), "{path} comes compressed");
        assert!(answer.bytes.len() < plain.bytes.len(), "{path}");
    }
    for name in DOCUMENTS {
        let answer = stack.get(&format!("/openapi/{name}.json"), "").await;
        assert_eq!(
            (answer.status, &answer.body["openapi"]),
            (200, &Value::from("3.1.0")),
            "{name}"
        );
    }
    assert_eq!(stack.get("/openapi/nothing.json", "").await.status, 404);
    assert_eq!(stack.post("/openapi/customer.json", "", &Value::Null).await.status, 405);
}
