//! `/member/admin/members`: staff look after members.

use std::collections::BTreeSet;

use attesta_testing::{World, call, json, with_header};
use serde_json::{Value, json};

use crate::world::{Members, refusal, text};

const ADMIN: &str = "/member/admin/members";

#[tokio::test]
async fn staff_make_a_member_of_a_new_organisation_and_change_it() {
    let members = Members::start().await;
    let body = json!({"name": "Reseller Ltd", "requiresApproval": true});
    let made = members.as_staff("POST", ADMIN, &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = text(&made.body["memberId"]);
    let path = format!("{ADMIN}/{id}");
    let shown = json!({"memberId": id, "name": "Reseller Ltd", "requiresApproval": true,
        "createdAt": "2025-11-22T08:00:00Z", "updatedAt": "2025-11-22T08:00:00Z"});
    let read = members.as_staff("GET", &path, &Value::Null).await;
    assert_eq!(read.parts(), (200, &shown));
    members.world.clock.advance(jiff::SignedDuration::from_secs(1));
    let changed = members.as_staff("PATCH", &path, &json!({"requiresApproval": false})).await;
    let mut expected = shown;
    expected["requiresApproval"] = json!(false);
    expected["updatedAt"] = json!("2025-11-22T08:00:01Z");
    assert_eq!(changed.parts(), (200, &expected));
    let read = members.as_staff("GET", &path, &Value::Null).await;
    assert_eq!(read.parts(), (200, &expected));
}

#[tokio::test]
async fn an_organisation_that_is_there_becomes_a_member_once() {
    let members = Members::start().await;
    let body = json!({"organisationId": members.world.organisation});
    let answer = members.as_staff("POST", ADMIN, &body).await;
    let told = "The organisation is a member already.";
    assert_eq!(refusal(&answer), (409, "ABORTED", told));
    for body in [
        json!({}),
        json!({"name": "x", "organisationId": members.world.organisation}),
        json!({"organisationId": "0197f0a0-0000-7000-8000-00000000000a"}),
        json!({"organisationId": "nonsense"}),
        json!({"name": "x".repeat(256)}),
        json!({"name": "x", "requiresApproval": "no"}),
    ] {
        let answer = members.as_staff("POST", ADMIN, &body).await;
        assert_eq!(refusal(&answer).0, 400, "{body}");
    }
    let path = format!("{ADMIN}/{}", members.world.organisation);
    let nothing = members.as_staff("PATCH", &path, &json!({})).await;
    assert_eq!(refusal(&nothing).2, "requiresApproval: is required");
}

#[tokio::test]
async fn of_many_at_once_one_makes_the_member() {
    let members = Members::start().await;
    let fresh = World::start().await;
    let token = fresh.user_token(&fresh.staff);
    let body = json!({"organisationId": fresh.organisation});
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let router = crate::world::instance(&fresh);
        let request = json("POST", ADMIN, &token, &body);
        calls.spawn(async move { call(&router, request).await.status.as_u16() });
    }
    let mut statuses = calls.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409]);
    assert_eq!(members.world.aws.items("MEMBER").await, 2, "another world's");
}

#[tokio::test]
async fn the_same_call_again_makes_one_member() {
    let members = Members::start().await;
    let token = members.world.user_token(&members.world.staff);
    let create = async |body: &Value, key: &str| {
        let request = with_header(json("POST", ADMIN, &token, body), "idempotency-key", key);
        call(&members.router, request).await
    };
    let first = create(&json!({"name": "One"}), "k").await;
    let again = create(&json!({"name": "One"}), "k").await;
    assert_eq!(again.parts(), (201, &first.body));
    assert_eq!(create(&json!({"name": "Two"}), "k").await.status, 409);
    assert_ne!(create(&json!({"name": "One"}), "l").await.body, first.body);
}

#[tokio::test]
async fn staff_page_through_the_members() {
    let members = Members::start().await;
    let mut made = BTreeSet::from(
        [members.world.organisation, members.world.other_organisation].map(|id| id.to_string()),
    );
    for n in 0..3 {
        let answer = members.as_staff("POST", ADMIN, &json!({"name": format!("M{n}")})).await;
        made.insert(text(&answer.body["memberId"]));
    }
    for limit in [1, 2, 5, 200] {
        let (mut seen, mut path) = (Vec::new(), format!("{ADMIN}?limit={limit}"));
        loop {
            let page = members.as_staff("GET", &path, &Value::Null).await.body;
            let rows = page["members"].as_array().expect("a list");
            seen.extend(rows.iter().map(|row| text(&row["memberId"])));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("{ADMIN}?limit={limit}&cursor={next}");
        }
        assert_eq!(seen, made.iter().cloned().collect::<Vec<_>>(), "by {limit}");
    }
    for query in ["limit=0", "limit=201", "limit=x", "cursor=x"] {
        let answer = members.as_staff("GET", &format!("{ADMIN}?{query}"), &Value::Null).await;
        assert_eq!(refusal(&answer).0, 400, "{query}");
    }
}

#[tokio::test]
async fn who_is_no_staff_sees_nothing_and_who_may_look_changes_nothing() {
    let members = Members::start().await;
    let World { organisation, user, read_only_staff, .. } = &members.world;
    let own = format!("{ADMIN}/{organisation}");
    let nobodys = format!("{own}/sub-tpps/0197f0a0-0000-7000-8000-00000000000a");
    let approve = format!("{nobodys}/approve");
    let reject = format!("{nobodys}/reject");
    for (method, path, body, to_reader) in [
        ("GET", ADMIN, Value::Null, 200),
        ("GET", own.as_str(), Value::Null, 200),
        ("GET", "/member/admin/sub-tpps", Value::Null, 200),
        ("POST", ADMIN, json!({"name": "x"}), 403),
        ("PATCH", own.as_str(), json!({"requiresApproval": true}), 403),
        ("POST", approve.as_str(), json!({}), 403),
        ("POST", reject.as_str(), json!({"reason": "x"}), 403),
    ] {
        let read = members.as_user(read_only_staff, method, path, &body).await;
        assert_eq!(read.status, to_reader, "{method} {path}");
        let refused = members.as_user(user, method, path, &body).await;
        let (status, code, _) = refusal(&refused);
        assert_eq!((status, code), (403, "PermissionDenied"), "{method} {path}");
        for token in ["", &members.token()] {
            let stranger = call(&members.router, json(method, path, token, &body)).await;
            assert_eq!(refusal(&stranger).0, 401, "{method} {path}");
        }
    }
    let nobody = format!("{ADMIN}/0197f0a0-0000-7000-8000-00000000000a");
    for path in [&nobody, &format!("{ADMIN}/nonsense")] {
        let answer = members.as_staff("GET", path, &Value::Null).await;
        assert_eq!(refusal(&answer).0, 404);
    }
}
