//! Who did what, over two surfaces, by the real functions.

use attesta_reference_provider::http::Method;
use serde_json::{Value, json};

use super::Stack;

#[tokio::test]
#[ignore = "needs a local stack"]
async fn what_owners_and_staff_change_is_in_the_log_of_whoever_may_see_it() {
    let stack = Stack::running();
    let (owner, staff) = (stack.sign_in("owner").await, stack.sign_in("staff").await);
    let place = stack.new_learner(&owner).await;
    let (organisation, learner) = place.split_once('/').expect("two parts");
    let learner = learner.trim_end_matches('/');
    let path = format!("/customers/system/audit?thing={learner}");
    for token in [&owner, &staff] {
        let answer = stack.get(&path, token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let row = &answer.body[0];
        assert_eq!(row["operation"], "PUT /lapi/v1/learner/{organisation_id}/{learner_id}/");
        assert_eq!(row["organisationId"], organisation);
        assert!(row["correlationId"].as_str().is_some_and(|id| !id.is_empty()));
    }
    let body = json!({"logging": {"level": "info", "filter": ""}});
    let settings = "/customers/system/settings";
    let refused = stack.call(Method::PUT, settings, &owner, &body, &[]).await;
    assert_eq!(refused.status, 403);
    let set = stack.call(Method::PUT, settings, &staff, &body, &[]).await;
    assert_eq!(set.status, 200, "{}", set.body);
    let log = stack.get("/customers/system/audit?thing=settings&limit=1", &staff).await;
    assert_eq!(log.body[0]["actor"]["kind"], "staff");
    assert_eq!(log.body[0]["organisationId"], Value::Null);
    let health = stack.get("/customers/system/health", "").await;
    assert_eq!(health.body["status"], "healthy");
}
