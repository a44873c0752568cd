//! `GET /api/v2/provider/{provider_id}/request/`.

use attesta_model::RequestId;
use attesta_model::verification::ResultCode;
use attesta_testing::World;
use serde_json::{Value, json};

use crate::world::{BASE, Providers};

const LIST: &str = "/api/v2/provider/1/request/";

/// A world with so many requests; their numbers, oldest first.
async fn with_requests(count: usize) -> (Providers, Vec<RequestId>) {
    let api = Providers::start().await;
    let mut ids = Vec::with_capacity(count);
    for _ in 0..count {
        ids.push(api.world.submit(&[World::PLAGIARISM]).await);
    }
    api.world.settle().await;
    (api, ids)
}

fn requests(page: &Value) -> Vec<RequestId> {
    let rows = page["results"].as_array().expect("rows").iter();
    let ids = rows.map(|row| row["request"]["id"].as_u64().and_then(RequestId::new));
    ids.map(|id| id.expect("a number")).collect()
}

/// The rows' own numbers, by which they are ordered.
fn rows(page: &Value) -> Vec<u64> {
    let rows = page["results"].as_array().expect("rows").iter();
    rows.map(|row| row["id"].as_u64().expect("a number")).collect()
}

/// Where a link leads, within the API.
fn local(link: &Value) -> Option<String> {
    link.as_str().map(|link| link.strip_prefix(BASE).expect("the base").to_owned())
}

#[tokio::test]
async fn a_provider_sees_ten_of_its_requests_and_how_many_there_are() {
    let (api, ids) = with_requests(12).await;
    api.world.submit(&[World::INTEGRITY]).await;
    let answer = api.get(LIST).await;
    assert_eq!(answer.status, 200);
    let page = answer.body;
    assert_eq!((&page["count"], &page["previous"]), (&json!(12), &Value::Null));
    assert_eq!(requests(&page).len(), 10);
    assert!(rows(&page).is_sorted());
    let one = api.get(&crate::world::path(requests(&page)[0])).await.body;
    assert_eq!(page["results"][0]["id"], one["id"]);
    assert!(ids.contains(&requests(&page)[0]));
}

#[tokio::test]
async fn the_links_lead_to_the_end_and_back() {
    for ordering in ["", "&ordering=-id", "&ordering=-status"] {
        let (api, ids) = with_requests(7).await;
        let mut page = api.get(&format!("{LIST}?limit=3{ordering}")).await.body;
        let mut forwards = vec![rows(&page)];
        while let Some(next) = local(&page["next"]) {
            page = api.get(&next).await.body;
            forwards.push(rows(&page));
        }
        assert_eq!(forwards.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1], "{ordering}");
        let mut all = forwards.concat();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), ids.len(), "{ordering}");
        let mut backwards = vec![rows(&page)];
        while let Some(previous) = local(&page["previous"]) {
            page = api.get(&previous).await.body;
            backwards.push(rows(&page));
        }
        backwards.reverse();
        assert_eq!(backwards, forwards, "{ordering}");
    }
}

#[tokio::test]
async fn a_followed_link_costs_one_page_and_an_offset_leads_to_the_same() {
    let (api, _) = with_requests(9).await;
    let first = api.get(&format!("{LIST}?limit=4")).await.body;
    let next = local(&first["next"]).expect("more");
    assert!(next.contains("&cursor=a"), "{next}");
    let _ = api.calls();
    let followed = api.get(&next).await.body;
    let mut calls = api.calls();
    calls.sort_unstable();
    assert_eq!(calls, ["BatchGetItem", "Query"]);
    let by_offset = api.get(&format!("{LIST}?limit=4&offset=4")).await.body;
    assert_eq!(rows(&followed), rows(&by_offset));
    assert_eq!(followed["count"], 9);
}

#[tokio::test]
async fn nonsense_falls_back_to_the_first_page() {
    let (api, _) = with_requests(2).await;
    let plain = rows(&api.get(LIST).await.body);
    for query in [
        "limit=0",
        "limit=-1",
        "limit=x&offset=x",
        "limit=5000",
        "cursor=zebra",
        "cursor=a",
        "ordering=zebra,-nothing",
        "limit=5&limit=5",
        "%FF=%FF&&&=",
        "search=",
        "zebra=1",
    ] {
        let answer = api.get(&format!("{LIST}?{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        assert_eq!(rows(&answer.body), plain, "{query}");
    }
}

#[tokio::test]
async fn beyond_the_end_there_is_an_empty_page() {
    let (api, _) = with_requests(2).await;
    for query in
        ["offset=50", "offset=50&ordering=code", "offset=18446744073709551615&ordering=code"]
    {
        let answer = api.get(&format!("{LIST}?{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
        assert_eq!(rows(&answer.body), Vec::<u64>::new(), "{query}");
        assert_eq!(
            (&answer.body["count"], &answer.body["next"]),
            (&json!(2), &Value::Null),
            "{query}"
        );
    }
    let answer = api.get(&format!("{LIST}?offset=10001")).await;
    let refusal = json!(["No further than 10000 rows: follow the next links instead."]);
    assert_eq!(answer.parts(), (400, &refusal));
}

#[tokio::test]
async fn rows_are_ordered_as_asked() {
    let (api, ids) = with_requests(4).await;
    let provider = api.world.provider;
    for (id, result) in ids.iter().zip([0.5, 0.9, 0.1]) {
        api.world.answer(provider, *id, result, ResultCode::Ok).await;
    }
    let order = [2, 0, 1].map(|at| ids[at]);
    let page = api.get(&format!("{LIST}?ordering=result")).await.body;
    assert_eq!(requests(&page), [&[ids[3]], &order[..]].concat());
    let page = api.get(&format!("{LIST}?ordering=-result")).await.body;
    assert_eq!(requests(&page), [ids[1], ids[0], ids[2], ids[3]]);
    let by_id = rows(&api.get(LIST).await.body);
    let page = api.get(&format!("{LIST}?ordering=-id")).await.body;
    assert_eq!(rows(&page), by_id.iter().rev().copied().collect::<Vec<_>>());
    let page = api.get(&format!("{LIST}?ordering=learner_id,-id")).await.body;
    assert_eq!(rows(&page), by_id.into_iter().rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_provider_searches_by_the_start_of_a_word() {
    let (api, ids) = with_requests(3).await;
    let body = json!({"status": 2, "error_message": "Document Unreadable"});
    api.call("PUT", &crate::world::path(ids[1]), &body).await;
    for (search, found) in [
        ("unread", vec![ids[1]]),
        ("docu+unreadable", vec![ids[1]]),
        ("readable", vec![]),
        ("zebra", vec![]),
    ] {
        let page = api.get(&format!("{LIST}?search={search}")).await.body;
        assert_eq!(requests(&page), found, "{search}");
        assert_eq!(page["count"], found.len(), "{search}");
    }
}

#[tokio::test]
async fn links_keep_the_question() {
    let (api, _) = with_requests(3).await;
    let page = api.get(&format!("{LIST}?limit=1&ordering=-status&search=&offset=1")).await.body;
    let start = format!("{BASE}{LIST}?limit=1");
    assert_eq!(page["next"], format!("{start}&offset=2&ordering=%2Dstatus"));
    assert_eq!(page["previous"], format!("{start}&ordering=%2Dstatus"));
}
