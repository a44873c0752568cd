//! `POST /member/sub-tpps`: a member makes a sub-TPP.

use std::collections::BTreeSet;

use attesta_testing::{call, json, with_header};
use serde_json::{Value, json};

use crate::world::{Members, PATH, logo, refusal, text, wanted};

#[tokio::test]
async fn a_member_makes_a_sub_tpp_and_reads_it_with_its_logo() {
    let members = Members::start().await;
    let merchant = json!({"merchantJurisdiction": "GB", "legalEntityName": "Sub-TPP Ltd",
        "companyRegistrationNumber": "123", "primaryUseCase": "Refunds",
        "iban": "GB33BUKB20201555555555", "bic": "BUKBGB22", "accountNumber": "55555555",
        "sortCode": "202015"});
    let body = json!({"domain": "Bücher.Example.com.", "name": "Books", "merchant": merchant,
        "logo": logo(100)});
    let id = members.made(&body).await;
    let expected = json!({"id": id, "domain": "xn--bcher-kva.example.com", "name": "Books",
        "merchant": merchant, "logo": logo(100), "memberId": members.world.organisation,
        "childSubTppIds": [], "status": "ACTIVATED", "restrictedCountries": [],
        "createdAt": "2025-11-22T08:00:00Z", "updatedAt": "2025-11-22T08:00:00Z"});
    assert_eq!(members.read(&id).await, expected);
    let keys = members.world.aws.bucket.keys();
    let folder = format!("data/logos/{}/", members.world.organisation);
    assert!(keys.len() == 1 && keys[0].starts_with(&folder), "{keys:?}");
}

#[tokio::test]
async fn what_breaks_the_contract_is_refused_field_by_field() {
    let members = Members::start().await;
    let with = |name: &str, value: Value| {
        let mut body = wanted("one.example.com");
        body[name] = value;
        body
    };
    for (body, field) in [
        (with("domain", json!("localhost")), "domain: "),
        (with("domain", json!("a_b.example.com")), "domain: "),
        (with("domain", Value::Null), "domain: "),
        (with("name", json!("")), "name: "),
        (with("name", json!("x".repeat(256))), "name: "),
        (with("name", json!(7)), "name: "),
        (with("merchant", json!("x")), "merchant: "),
        (with("merchant", json!({"merchantJurisdiction": "GBR"})), "merchant.merchantJurisdiction"),
        (with("merchant", json!({"iban": "x".repeat(65)})), "merchant.iban: "),
        (with("merchant", json!({"legalEntityName": "x".repeat(256)})), "merchant.legalEntityName"),
        (with("logo", json!("no base 64")), "logo: "),
        (with("logo", json!("AAAA")), "logo: "),
        (with("logo", json!(logo(256 * 1024 + 1))), "logo: "),
        (with("logo", json!(7)), "logo: "),
        (with("parentSubTppId", json!(7)), "parentSubTppId: "),
    ] {
        let answer = members.as_member("POST", PATH, &body).await;
        let (status, code, message) = refusal(&answer);
        assert_eq!((status, code), (400, "INVALID_ARGUMENT"), "{field}");
        assert!(message.starts_with(field), "{field}: {message}");
    }
    let every = members.as_member("POST", PATH, &json!({})).await;
    let told = "domain: is required; name: is required; merchant: is required";
    assert_eq!(refusal(&every), (400, "INVALID_ARGUMENT", told));
    assert_eq!(members.world.aws.items("SUB_TPP").await, 0);
    assert_eq!(members.world.aws.bucket.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn what_may_be_empty_or_is_not_known_is_passed_over() {
    let members = Members::start().await;
    let body = json!({"domain": "one.example.com", "name": "x".repeat(255),
        "merchant": {"iban": "", "other": 1}, "logo": "", "parentSubTppId": "", "more": true});
    let id = members.made(&body).await;
    let read = members.read(&id).await;
    assert_eq!((&read["merchant"], &read["logo"]), (&json!({}), &Value::Null));
    let largest = json!({"domain": "two.example.com", "name": "Two", "merchant": {},
        "logo": logo(256 * 1024)});
    let id = members.made(&largest).await;
    assert_eq!(members.read(&id).await["logo"], largest["logo"]);
}

#[tokio::test]
async fn a_domain_is_one_sub_tpps_within_the_member_however_it_is_written() {
    let members = Members::start().await;
    members.made(&wanted("bücher.example.com")).await;
    for again in ["bücher.example.com", "XN--BCHER-KVA.example.com."] {
        let mut body = wanted(again);
        body["logo"] = json!(logo(9));
        let answer = members.as_member("POST", PATH, &body).await;
        let told = "domain: is another sub-TPP's of yours already";
        assert_eq!(refusal(&answer), (400, "INVALID_ARGUMENT", told));
    }
    let elsewhere = members.as_other("POST", PATH, &wanted("bücher.example.com")).await;
    assert_eq!(elsewhere.status, 200, "{}", elsewhere.body);
    assert_eq!(members.world.aws.bucket.keys(), Vec::<String>::new());
}

#[tokio::test]
async fn of_many_at_once_with_a_domain_one_is_made_and_no_logo_is_left_over() {
    let members = Members::start().await;
    let mut body = wanted("one.example.com");
    body["logo"] = json!(logo(9));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (router, token, body) = (members.another(), members.token(), body.clone());
        calls.spawn(async move { call(&router, json("POST", PATH, &token, &body)).await });
    }
    let mut statuses: Vec<_> =
        calls.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400, 400, 400, 400, 400, 400, 400]);
    assert_eq!(members.world.aws.items("SUB_TPP").await, 1);
    assert_eq!(members.world.aws.bucket.keys().len(), 1);
}

#[tokio::test]
async fn the_same_call_again_makes_one_even_at_once() {
    let members = Members::start().await;
    let mut body = wanted("one.example.com");
    body["logo"] = json!(logo(9));
    let request = |body: &Value, key: &str| {
        with_header(json("POST", PATH, &members.token(), body), "idempotency-key", key)
    };
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (router, request) = (members.another(), request(&body, "k"));
        calls.spawn(async move { call(&router, request).await });
    }
    let answers = calls.join_all().await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let ids: BTreeSet<_> = answers.iter().map(|answer| text(&answer.body["subTppId"])).collect();
    assert_eq!(ids.len(), 1);
    let later = call(&members.router, request(&body, "k")).await;
    assert!(ids.contains(&text(&later.body["subTppId"])));
    assert_eq!(members.world.aws.bucket.keys().len(), 1);

    let other = call(&members.router, request(&wanted("two.example.com"), "k")).await;
    let told = "This Idempotency-Key was used with another body.";
    assert_eq!(refusal(&other), (409, "ABORTED", told));
    let long = call(&members.router, request(&body, &"k".repeat(256))).await;
    assert_eq!(long.status, 400);
    // The other member's key is another.
    let theirs = json("POST", PATH, &members.other_token(), &wanted("two.example.com"));
    let theirs = call(&members.router, with_header(theirs, "idempotency-key", "k")).await;
    assert_eq!(theirs.status, 200, "{}", theirs.body);
}

#[tokio::test]
async fn a_parent_is_one_of_the_members_own_and_five_levels_are_the_most() {
    let members = Members::start().await;
    let mut parent = members.made(&wanted("l1.example.com")).await;
    let first = parent.clone();
    for level in 2..=5 {
        parent = members.made_under(&format!("l{level}.example.com"), &parent).await;
    }
    let under = |domain: &str, parent: &str| {
        let mut body = wanted(domain);
        body["parentSubTppId"] = json!(parent);
        body
    };
    let answer = members.as_member("POST", PATH, &under("l6.example.com", &parent)).await;
    let told = "parentSubTppId: No more than 5 levels.";
    assert_eq!(refusal(&answer), (400, "INVALID_ARGUMENT", told));
    for nobodys in ["nonsense", "0197f0a0-0000-7000-8000-00000000000a"] {
        let answer = members.as_member("POST", PATH, &under("x.example.com", nobodys)).await;
        assert_eq!(refusal(&answer), (404, "NOT_FOUND", "Not found."), "{nobodys}");
    }
    let theirs = members.as_other("POST", PATH, &under("x.example.com", &first)).await;
    assert_eq!(theirs.status, 404);
    let read = members.read(&first).await;
    assert_eq!(read["childSubTppIds"].as_array().map(Vec::len), Some(1));
    assert_eq!(members.read(&parent).await["childSubTppIds"], json!([]));
}

#[tokio::test]
async fn without_the_bucket_nothing_is_made_and_nothing_internal_told() {
    let members = Members::start().await;
    members.world.aws.bucket.set_down(true);
    let mut body = wanted("one.example.com");
    body["logo"] = json!(logo(9));
    let answer = members.as_member("POST", PATH, &body).await;
    let told = "Something went wrong with us.";
    assert_eq!(refusal(&answer), (500, "InternalServerError", told));
    assert_eq!(members.world.aws.items("SUB_TPP").await, 0);
    members.world.aws.bucket.set_down(false);
    assert_eq!(members.as_member("POST", PATH, &body).await.status, 200);
}
