//! A member's sub-TPPs: made by staff and by machine, approved, walked, deleted.

use attesta_reference_provider::http::Method;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::client::Answer;
use super::{Stack, a_uuid};

const PATH: &str = "/member/sub-tpps";
/// A PNG image of one dot, in base 64.
const LOGO: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// A member of the journey's own, with a machine client.
struct Member {
    stack: Stack,
    staff: String,
    id: String,
    token: String,
    basic: String,
}

impl Member {
    async fn new() -> Self {
        let stack = Stack::running();
        let staff = stack.sign_in("staff").await;
        let name = a_uuid().to_string();
        let made = stack.post("/member/admin/members", &staff, &json!({"name": name})).await;
        assert_eq!(made.status, 201, "{made:?}");
        let id = text(&made.body["memberId"]);
        let client = json!({"name": name, "kind": "member", "organisationId": id,
            "scopes": ["sub-tpps"]});
        let client = stack.post("/oauth2/clients", &staff, &client).await;
        assert_eq!(client.status, 201, "{:?}", client.status);
        let (client, secret) = (text(&client.body["clientId"]), text(&client.body["clientSecret"]));
        let basic = format!("Basic {}", STANDARD.encode(format!("{client}:{secret}")));
        let form =
            format!("grant_type=client_credentials&client_id={client}&client_secret={secret}");
        let token = stack.post_form("/oauth2/token", &form).await;
        assert_eq!(token.status, 200, "{:?}", token.status);
        let token = text(&token.body["access_token"]);
        Self { stack, staff, id, token, basic }
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.stack.call(method, path, &self.token, body, &[]).await
    }

    async fn made(&self, body: &Value) -> String {
        let made = self.call(Method::POST, PATH, body).await;
        assert_eq!(made.status, 200, "{made:?}");
        text(&made.body["subTppId"])
    }
}

#[tokio::test]
#[ignore = "needs a running stack"]
async fn a_member_has_sub_tpps_that_staff_approve() {
    let member = Member::new().await;
    let shop = json!({"domain": "shop.example.com", "name": "Shop", "merchant": {}, "logo": LOGO});
    let parent = member.made(&shop).await;
    let path = format!("{PATH}/{parent}");
    let read = member.call(Method::GET, &path, &Value::Null).await;
    let shown = &read.body["subTpp"];
    assert_eq!((&shown["logo"], &shown["status"]), (&json!(LOGO), &json!("ACTIVATED")));

    let admin = format!("/member/admin/members/{}", member.id);
    let change = json!({"requiresApproval": true});
    let changed = member.stack.call(Method::PATCH, &admin, &member.staff, &change, &[]).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let till = json!({"domain": "till.example.com", "name": "Till", "merchant": {},
        "parentSubTppId": parent});
    let child = member.made(&till).await;
    let approve = format!("{admin}/sub-tpps/{child}/approve");
    let approved = member.stack.post(&approve, &member.staff, &json!({})).await;
    assert_eq!(approved.body["subTpp"]["status"], "ACTIVATED", "{approved:?}");

    let (mut seen, mut query) = (Vec::new(), "page.limit=1".to_owned());
    loop {
        let basic = [("authorization", member.basic.as_str())];
        let list = format!("{PATH}?{query}");
        let page = member.stack.call(Method::GET, &list, "", &Value::Null, &basic).await;
        assert_eq!(page.status, 200, "{page:?}");
        seen.extend(
            page.body["subTpps"].as_array().expect("a list").iter().map(|row| text(&row["id"])),
        );
        let Some(next) = page.body["nextOffset"].as_str() else { break };
        query = format!("page.limit=1&page.offset={next}");
    }
    assert_eq!(seen, [parent.clone(), child.clone()]);
    let children = member.call(Method::GET, &format!("{path}/children"), &Value::Null).await;
    assert_eq!(children.body["subTpps"][0]["id"], json!(child));

    let refused = member.call(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    let trace = refused.body["error"]["tokenTraceId"].as_str();
    assert!(trace.is_some_and(|id| !id.is_empty()), "{refused:?}");
    for id in [child, parent] {
        let deleted = member.call(Method::DELETE, &format!("{PATH}/{id}"), &Value::Null).await;
        assert_eq!((deleted.status, &deleted.body), (200, &json!({})));
    }
    let gone = member.call(Method::GET, &path, &Value::Null).await;
    assert_eq!((gone.status, &gone.body["error"]["errorCode"]), (404, &json!("NOT_FOUND")));
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
