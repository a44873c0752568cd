//! `DELETE /member/sub-tpps/{subTppId}`: a member deletes a sub-TPP.

use attesta_testing::{call, json};
use serde_json::{Value, json};

use crate::world::{Members, PATH, logo, refusal, wanted};

#[tokio::test]
async fn what_is_deleted_leaves_reads_and_lists_and_stays_in_the_table() {
    let members = Members::start().await;
    let mut body = wanted("one.example.com");
    body["logo"] = json!(logo(9));
    let id = members.made(&body).await;
    let path = format!("{PATH}/{id}");
    let answer = members.as_member("DELETE", &path, &Value::Null).await;
    assert_eq!(answer.parts(), (200, &json!({})));
    for (method, path) in
        [("DELETE", path.clone()), ("GET", path.clone()), ("GET", format!("{path}/children"))]
    {
        let answer = members.as_member(method, &path, &Value::Null).await;
        assert_eq!(refusal(&answer), (404, "NOT_FOUND", "Not found."), "{method} {path}");
    }
    for query in ["page.limit=9", "page.limit=9&filter.byCompanyNames=Sub-TPP%20Business%20Ltd"] {
        let list = members.as_member("GET", &format!("{PATH}?{query}"), &Value::Null).await;
        assert_eq!(list.parts(), (200, &json!({"offset": "", "subTpps": []})));
    }
    assert_eq!(members.world.aws.items("SUB_TPP").await, 1);
    assert_eq!(members.world.aws.bucket.keys(), Vec::<String>::new());
    // Its domain is free, and no child comes below it.
    members.made(&body).await;
    let mut child = wanted("child.example.com");
    child["parentSubTppId"] = json!(id);
    assert_eq!(members.as_member("POST", PATH, &child).await.status, 404);
}

#[tokio::test]
async fn what_has_children_is_deleted_after_them() {
    let members = Members::start().await;
    let parent = members.made(&wanted("p.example.com")).await;
    let child = members.made_under("c.example.com", &parent).await;
    let delete =
        async |id: &str| members.as_member("DELETE", &format!("{PATH}/{id}"), &Value::Null).await;
    let refused = delete(&parent).await;
    let told = "The sub-TPP has children: delete them first.";
    assert_eq!(refusal(&refused), (400, "INVALID_ARGUMENT", told));
    assert_eq!(delete(&child).await.status, 200);
    assert_eq!(members.read(&parent).await["childSubTppIds"], json!([]));
    assert_eq!(delete(&parent).await.status, 200);
}

/// Whoever comes first: a parent that is there has its child, and one that is
/// gone has none.
#[tokio::test]
async fn a_child_that_is_made_while_its_parent_is_deleted_is_no_orphan() {
    let members = Members::start().await;
    let (mut gone, mut kept) = (0, 0);
    for round in 0..12 {
        let parent = members.made(&wanted(&format!("p{round}.example.com"))).await;
        let mut body = wanted(&format!("c{round}.example.com"));
        body["parentSubTppId"] = json!(parent);
        let path = format!("{PATH}/{parent}");
        let token = members.token();
        let (one, other) = (members.another(), members.another());
        let create = call(&one, json("POST", PATH, &token, &body));
        let delete = call(&other, json("DELETE", &path, &token, &Value::Null));
        let (created, deleted) = match round % 2 {
            0 => tokio::join!(create, delete),
            _ => {
                let (deleted, created) = tokio::join!(delete, create);
                (created, deleted)
            }
        };
        match (created.status.as_u16(), deleted.status.as_u16()) {
            (200, 400) => {
                let read = members.read(&parent).await;
                assert_eq!(read["childSubTppIds"], json!([created.body["subTppId"]]));
                kept += 1;
            }
            (404, 200) => {
                let list = format!("{PATH}?page.limit=199");
                let list = members.as_member("GET", &list, &Value::Null).await.body;
                assert!(!list.to_string().contains(&parent), "an orphan");
                gone += 1;
            }
            other => panic!("{other:?}: {} {}", created.body, deleted.body),
        }
    }
    assert_eq!(gone + kept, 12);
}

#[tokio::test]
async fn of_many_at_once_one_deletes() {
    let members = Members::start().await;
    let parent = members.made(&wanted("p.example.com")).await;
    let id = members.made_under("c.example.com", &parent).await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (router, token) = (members.another(), members.token());
        let request = json("DELETE", &format!("{PATH}/{id}"), &token, &Value::Null);
        calls.spawn(async move { call(&router, request).await });
    }
    let answers = calls.join_all().await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404, 404, 404, 404, 404]);
    assert_eq!(members.world.aws.items("SUB_TPP").await, 2);
}
