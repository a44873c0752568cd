//! Sub-TPPs that staff are to approve.

use attesta_testing::{call, json};
use serde_json::{Value, json};

use crate::world::{Members, PATH, refusal, text, wanted};

const AWAITING: &str = "/member/admin/sub-tpps";

impl Members {
    /// The same with the first member's to be approved.
    async fn approving() -> Self {
        let members = Self::start().await;
        let path = format!("/member/admin/members/{}", members.world.organisation);
        let answer = members.as_staff("PATCH", &path, &json!({"requiresApproval": true})).await;
        assert_eq!(answer.status, 200);
        members
    }

    /// Where staff decide of one.
    fn decision(&self, id: &str, word: &str) -> String {
        format!("/member/admin/members/{}/sub-tpps/{id}/{word}", self.world.organisation)
    }

    /// Which await approval.
    async fn awaiting(&self) -> Vec<String> {
        let (mut seen, mut path) = (Vec::new(), format!("{AWAITING}?limit=1"));
        loop {
            let page = self.as_staff("GET", &path, &Value::Null).await.body;
            let rows = page["subTpps"].as_array().expect("a list");
            seen.extend(rows.iter().map(|row| text(&row["id"])));
            let Some(next) = page["next"].as_str() else { return seen };
            path = format!("{AWAITING}?limit=1&cursor={next}");
        }
    }
}

#[tokio::test]
async fn staff_approve_what_awaits_it() {
    let members = Members::approving().await;
    let id = members.made(&wanted("one.example.com")).await;
    members.world.clock.advance(jiff::SignedDuration::from_secs(1));
    let other = members.made(&wanted("two.example.com")).await;
    assert_eq!(members.read(&id).await["status"], "AWAITING_APPROVAL");
    assert_eq!(members.awaiting().await, [id.clone(), other.clone()]);
    let body = json!({"restrictedCountries": ["fr", "DE"], "mccCode": "5999"});
    let approved = members.as_staff("POST", &members.decision(&id, "approve"), &body).await;
    assert_eq!(approved.status, 200, "{}", approved.body);
    let read = members.read(&id).await;
    assert_eq!(read, approved.body["subTpp"]);
    assert_eq!(read["status"], "ACTIVATED");
    assert_eq!(
        (&read["restrictedCountries"], &read["mccCode"]),
        (&json!(["FR", "DE"]), &json!("5999"))
    );
    assert_eq!(read["updatedAt"], "2025-11-22T08:00:01Z");
    assert_eq!(members.awaiting().await, [other]);
}

#[tokio::test]
async fn staff_reject_what_awaits_it_and_say_why() {
    let members = Members::approving().await;
    let id = members.made(&wanted("one.example.com")).await;
    let body = json!({"reason": "The domain is parked."});
    let rejected = members.as_staff("POST", &members.decision(&id, "reject"), &body).await;
    assert_eq!(rejected.status, 200, "{}", rejected.body);
    let read = members.read(&id).await;
    assert_eq!(read["status"], "REJECTED");
    assert_eq!(read["statusReasonInformation"], "The domain is parked.");
    assert_eq!(members.awaiting().await, [""; 0]);
    let mut child = wanted("child.example.com");
    child["parentSubTppId"] = json!(id);
    let refused = members.as_member("POST", PATH, &child).await;
    assert_eq!(refusal(&refused).2, "parentSubTppId: The parent was rejected.");
}

#[tokio::test]
async fn a_decision_is_taken_once() {
    let members = Members::approving().await;
    let id = members.made(&wanted("one.example.com")).await;
    let token = members.world.user_token(&members.world.staff);
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..4 {
        let word = if n % 2 == 0 { "approve" } else { "reject" };
        let request = json("POST", &members.decision(&id, word), &token, &json!({"reason": "x"}));
        let router = members.another();
        calls.spawn(async move { call(&router, request).await.status.as_u16() });
    }
    let mut statuses = calls.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
    let again = members.as_staff("POST", &members.decision(&id, "approve"), &json!({})).await;
    let told = "The sub-TPP does not await approval.";
    assert_eq!(refusal(&again), (409, "ABORTED", told));
}

#[tokio::test]
async fn what_is_deleted_awaits_nothing() {
    let members = Members::approving().await;
    let parent = members.made(&wanted("p.example.com")).await;
    let id = members.made_under("c.example.com", &parent).await;
    let answer = members.as_member("DELETE", &format!("{PATH}/{id}"), &Value::Null).await;
    assert_eq!(answer.status, 200);
    assert_eq!(members.awaiting().await, [parent]);
    let answer = members.as_staff("POST", &members.decision(&id, "approve"), &json!({})).await;
    assert_eq!(refusal(&answer).0, 404);
}

#[tokio::test]
async fn what_staff_say_is_checked() {
    let members = Members::approving().await;
    let id = members.made(&wanted("one.example.com")).await;
    for (word, body, field) in [
        ("approve", json!({"restrictedCountries": ["France"]}), "restrictedCountries: "),
        ("approve", json!({"restrictedCountries": vec!["FR"; 251]}), "restrictedCountries: "),
        ("approve", json!({"mccCode": "12"}), "mccCode: "),
        ("reject", json!({}), "reason: "),
        ("reject", json!({"reason": "x".repeat(257)}), "reason: "),
    ] {
        let answer = members.as_staff("POST", &members.decision(&id, word), &body).await;
        let (status, code, message) = refusal(&answer);
        assert_eq!((status, code), (400, "INVALID_ARGUMENT"), "{body}");
        assert!(message.starts_with(field), "{message}");
    }
    assert_eq!(members.awaiting().await, [id]);
}
