//! Who vouches for a farm, as Red Tractor's stand-in says.

use serde_json::{Value, json};

use super::Stack;

const PATH: &str = "/customers/assurance/red-tractor/certificates";

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_user_sees_the_certificates_of_a_postcode_that_count() {
    let stack = Stack::running();
    let owner = stack.sign_in("owner").await;
    let query = format!("{PATH}?country=GBR&postcode=PO18%209JP");
    let found = stack.get(&query, &owner).await;
    assert_eq!(found.status, 200, "{:?}", found.body);
    let statuses = |body: &Value| -> Vec<Value> {
        let all = body.as_array().cloned().unwrap_or_default();
        all.iter().map(|one| one["certificateStatus"].clone()).collect()
    };
    assert_eq!(statuses(&found.body), [json!("Valid"), json!("Grace")]);
    let number = format!("{PATH}?country=GBR&holdingNumber=22/222/2222");
    let found = stack.get(&number, &owner).await;
    assert_eq!(found.body[0]["certifiedSites"][0]["sitePostcode"], "YO61 1AA");
    assert_eq!(stack.get(&query, "").await.status, 401);
    assert_eq!(stack.get(PATH, &owner).await.status, 400);
}
