//! Who is let in.

use attesta_model::{MachineKind, Status};
use attesta_testing::{call, json, with_header};
use serde_json::{Value, json};

use crate::world::{Market, approval, listing, text};

const NOBODYS: &str = "0197f0a0-0000-7000-8000-00000000000a";

fn partner_calls(listing: &str) -> [(&'static str, String, Value); 4] {
    [
        ("GET", "/tpp/categories".to_owned(), Value::Null),
        ("GET", format!("/tpp/{listing}"), Value::Null),
        ("POST", "/tpp/enable".to_owned(), crate::world::enabling(listing, true)),
        ("POST", format!("/tpp/{listing}/customer"), json!({"id": "1"})),
    ]
}

#[tokio::test]
async fn a_partner_without_a_key_is_401_and_with_one_that_is_none_403() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let secret = "atc_0000000000000000000000000000000000000000000000000";
    let unknown = format!("{NOBODYS}.{}", partner.key.split_once('.').expect("two halves").1);
    let service = market.world.client(MachineKind::Service).await.api_key();
    // Of an organisation that is no partner.
    let member = market.world.client(MachineKind::Member).await.api_key();
    let no_partner = market.world.client(MachineKind::Partner).await.api_key();
    for (method, path, body) in partner_calls(&listing) {
        let request = || json(method, &path, "", &body);
        let answer = call(&market.router, request()).await;
        assert_eq!(answer.parts(), (401, &json!({"detail": "API key missing."})), "{path}");
        assert_eq!(answer.header("www-authenticate"), Some("ApiKey"));
        let bearer = market.world.user_token(&market.world.staff);
        let answer = call(&market.router, json(method, &path, &bearer, &body)).await;
        assert_eq!(answer.status, 401, "a token is no key: {path}");
        let keys = ["", "bogus", secret, &unknown, &service, &member, &no_partner];
        for key in keys {
            let answer = call(&market.router, with_header(request(), "x-api-key", key)).await;
            let told = json!({"detail": "API key unknown, revoked or not allowed here."});
            assert_eq!(answer.parts(), (403, &told), "{path} {key}");
        }
        let right = call(&market.router, with_header(request(), "x-api-key", &partner.key)).await;
        assert_eq!(right.status, 200, "{path} {}", right.body);
    }
}

#[tokio::test]
async fn a_key_counts_no_more_from_the_moment_it_is_taken_back() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    market.world.revoke_client(partner.client_id.parse().expect("an id")).await;
    for (method, path, body) in partner_calls(&listing) {
        assert_eq!(market.as_partner(&partner, method, &path, &body).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn a_key_of_an_organisation_that_may_do_nothing_is_403() {
    let market = Market::start().await;
    let organisation = market.world.organisation.to_string();
    let body = json!({"organisation_id": organisation});
    market.made("/tpp/admin/partners", &body).await;
    let key = market.world.client(MachineKind::Partner).await.api_key();
    let ask = || with_header(json("GET", "/tpp/categories", "", &Value::Null), "x-api-key", &key);
    assert_eq!(call(&market.router, ask()).await.status, 404, "a partner that may see nothing");
    market.world.set_organisation_status(Status::Inactive).await;
    assert_eq!(call(&market.router, ask()).await.status, 403);
}

#[tokio::test]
async fn a_bad_key_is_told_before_anything_of_the_body() {
    let market = Market::start().await;
    let request = attesta_testing::raw("POST", "/tpp/enable", "", "no JSON");
    let answer = call(&market.router, with_header(request, "x-api-key", "bogus")).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn another_partner_finds_nothing() {
    let market = Market::start().await;
    let (_, listing) = market.shop().await;
    let stranger = market.partner("Other", &["shop"]).await;
    for (method, path, body) in partner_calls(&listing) {
        let answer = market.as_partner(&stranger, method, &path, &body).await;
        assert_eq!(answer.parts(), (404, &Value::Null), "{path}");
        assert_eq!(answer.header("content-length").unwrap_or("0"), "0");
    }
}

#[tokio::test]
async fn what_is_not_there_is_404_without_a_body() {
    let market = Market::start().await;
    let (partner, _) = market.shop().await;
    for path in [&format!("/tpp/{NOBODYS}"), "/tpp/nonsense", "/tpp/%ff", "/tpp/a/b", "/nothing"] {
        let answer = market.as_partner(&partner, "GET", path, &Value::Null).await;
        assert_eq!(answer.parts(), (404, &Value::Null), "{path}");
    }
    let path = format!("/tpp/{NOBODYS}/customer");
    let answer = market.as_partner(&partner, "POST", &path, &json!({"id": "1"})).await;
    assert_eq!(answer.parts(), (404, &Value::Null));
}

#[tokio::test]
async fn who_is_no_staff_administers_nothing_and_who_may_look_changes_nothing() {
    let market = Market::start().await;
    let (partner, tpp) = market.shop().await;
    let own = format!("/tpp/admin/providers/{tpp}");
    let of_partner = format!("/tpp/admin/partners/{}", partner.id);
    let calls = [
        ("GET", "/tpp/admin/providers".to_owned(), Value::Null, 200),
        ("POST", "/tpp/admin/providers".to_owned(), listing("New"), 403),
        ("GET", own.clone(), Value::Null, 200),
        ("PATCH", own.clone(), json!({"name": "x"}), 403),
        ("POST", format!("{own}/key"), Value::Null, 403),
        ("DELETE", own.clone(), Value::Null, 403),
        ("GET", "/tpp/admin/partners".to_owned(), Value::Null, 200),
        ("POST", "/tpp/admin/partners".to_owned(), json!({"name": "New"}), 403),
        ("GET", of_partner.clone(), Value::Null, 200),
        ("PATCH", of_partner.clone(), json!({"deployments": []}), 403),
        ("GET", format!("{of_partner}/providers"), Value::Null, 200),
        ("PUT", approval(&partner, &tpp), Value::Null, 403),
        ("DELETE", approval(&partner, &tpp), Value::Null, 403),
        ("POST", format!("{of_partner}/keys"), json!({"name": "New"}), 403),
        ("DELETE", of_partner.clone(), Value::Null, 403),
    ];
    for (method, path, body, to_reader) in &calls {
        let world = &market.world;
        let read = market.as_user(&world.read_only_staff, method, path, body).await;
        assert_eq!(read.status, *to_reader, "{method} {path}: {}", read.body);
        let refused = market.as_user(&world.user, method, path, body).await;
        assert_eq!(refused.status, 403, "{method} {path}");
        assert!(text(&refused.body["detail"]).contains("permission"));
        let stranger = market.as_partner(&partner, method, path, body).await;
        assert_eq!(stranger.status, 401, "a key is no token: {method} {path}");
        assert_eq!(stranger.header("www-authenticate"), Some("Bearer"));
    }
    assert_eq!(market.enabled(&partner, &tpp).await, 1, "nothing was changed");
}
