//! `/tpp/admin/providers`, as staff.

use std::collections::BTreeSet;

use attesta_testing::{call, json as request, with_header};
use serde_json::{Value, json};

use crate::world::{Market, SECRET, listing, text};

const PATH: &str = "/tpp/admin/providers";

#[tokio::test]
async fn a_provider_is_made_and_its_key_shown_once() {
    let market = Market::start().await;
    let answer = market.as_staff("POST", PATH, &listing("One")).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let mut made = answer.body;
    let key = text(&made["api_key"]);
    assert!(key.starts_with("mk_live_") && key.len() == "mk_live_".len() + 49, "{key}");
    assert!(!made.to_string().contains(SECRET));
    assert_eq!(made["categories"], json!({"Health": ["travel"]}));
    assert_eq!(
        (&made["provider_id"], &made["created_at"]),
        (&Value::Null, &json!("2025-11-22T08:00:00Z"))
    );
    made["api_key"] = json!(format!("{}…****", &key[..12]));
    let own = format!("{PATH}/{}", text(&made["id"]));
    assert_eq!(market.as_staff("GET", &own, &Value::Null).await.parts(), (200, &made));
    let list = market.as_staff("GET", PATH, &Value::Null).await;
    assert_eq!(list.parts(), (200, &json!({"providers": [made], "next": null})));

    let rotated = market.as_staff("POST", &format!("{own}/key"), &Value::Null).await;
    assert_eq!((rotated.status.as_u16(), rotated.header("cache-control")), (200, Some("no-store")));
    let second = text(&rotated.body["api_key"]);
    assert_ne!(second, key);
    let now = market.as_staff("GET", &own, &Value::Null).await.body;
    assert_eq!(text(&now["api_key"]), format!("{}…****", &second[..12]));
}

#[tokio::test]
async fn what_is_wrong_with_a_provider_is_told_field_by_field() {
    let market = Market::start().await;
    let with = |name: &str, value: Value| {
        let mut body = listing("One");
        body[name] = value;
        body
    };
    let many: serde_json::Map<_, _> = (0..21).map(|n| (n.to_string(), json!(["a"]))).collect();
    for (body, field) in [
        (with("name", json!("")), "name"),
        (with("name", Value::Null), "name"),
        (with("description", json!(1)), "description"),
        (with("configuration", json!([])), "configuration"),
        (with("configuration", json!({"a": "x".repeat(32 * 1024)})), "configuration"),
        (with("premium", json!(1.5)), "premium"),
        (with("rating", json!("4")), "rating"),
        (with("categories", json!({})), "categories"),
        (with("categories", json!({"a": []})), "categories"),
        (with("categories", json!({"": ["a"]})), "categories"),
        (with("categories", json!({"a": ["x".repeat(65)]})), "categories"),
        (with("categories", Value::Object(many)), "categories"),
        (with("provider_id", json!(-1)), "provider_id"),
        (with("provider_id", json!(999)), "provider_id"),
        (with("api_key", json!("mine")), "api_key"),
    ] {
        let answer = market.as_staff("POST", PATH, &body).await;
        let detail = &answer.body["detail"];
        assert_eq!(
            (answer.status.as_u16(), detail.as_array().map(Vec::len)),
            (422, Some(1)),
            "{body}"
        );
        assert_eq!(detail[0]["loc"], json!(["body", field]), "{body}");
    }
    let nothing = market.as_staff("POST", PATH, &json!({})).await;
    assert_eq!(nothing.body["detail"].as_array().map(Vec::len), Some(3));
    assert_eq!(market.world.aws.items("TPP").await, 0);
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_say_and_secrets_that_come_back_masked() {
    let market = Market::start().await;
    let own = format!("{PATH}/{}", market.listing("One", json!({"Health": ["travel"]})).await);
    let mut shown = market.as_staff("GET", &own, &Value::Null).await.body["configuration"].clone();
    shown["url"] = json!("https://new.example.com");
    let change = json!({"configuration": shown, "type": "insurer", "rating": 4});
    let changed = market.as_staff("PATCH", &own, &change).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.body["name"], "One");
    assert_eq!(changed.body["configuration"], shown);
    let id = own.rsplit('/').next().expect("an id");
    let managed = market
        .world
        .store
        .managed_listing::<attesta_store::access::CanRead>(&market.world.staff, id);
    let managed = managed.await.expect("a listing");
    let kept = &managed.get().fields.configuration.0;
    assert_eq!(kept["auth"]["client_secret"], SECRET);
    assert!(!format!("{managed:?}").contains(SECRET), "nothing of it is printed");
    let gone = market.as_staff("PATCH", &own, &json!({"type": null})).await.body;
    assert!(gone.get("type").is_none());
}

#[tokio::test]
async fn of_two_who_change_a_provider_at_once_one_is_told_to_try_again() {
    let market = Market::start().await;
    let own = format!("{PATH}/{}", market.listing("One", json!({"Health": ["travel"]})).await);
    let token = market.world.user_token(&market.world.staff);
    let calls = ["a", "b", "c"].map(|name| {
        let (router, request) =
            (market.router.clone(), request("PATCH", &own, &token, &json!({"name": name})));
        tokio::spawn(async move { (name, call(&router, request).await) })
    });
    let mut names = BTreeSet::new();
    for call in calls {
        let (name, answer) = call.await.expect("no panic");
        assert!([200, 409].contains(&answer.status.as_u16()), "{}", answer.body);
        if answer.status == 200 {
            names.insert(name);
        }
    }
    let now = text(&market.as_staff("GET", &own, &Value::Null).await.body["name"]);
    assert!(names.contains(now.as_str()), "{now} of {names:?}");
}

#[tokio::test]
async fn the_same_call_again_names_the_provider() {
    let market = Market::start().await;
    let token = market.world.user_token(&market.world.staff);
    let create = async |name: &str| {
        let request = request("POST", PATH, &token, &listing(name));
        call(&market.router, with_header(request, "idempotency-key", "k")).await
    };
    let first = create("One").await;
    assert_eq!(first.status, 201);
    let again = create("One").await;
    assert_eq!(again.status, 409);
    let told = text(&again.body["detail"]);
    assert!(told.contains(&text(&first.body["id"])) && !told.contains("mk_live_"), "{told}");
    assert_eq!(create("Two").await.status, 409);
    assert_eq!(market.world.aws.items("TPP").await, 1);
}

#[tokio::test]
async fn a_walk_through_the_providers_meets_each_that_stays_once() {
    let market = Market::start().await;
    let mut made = Vec::new();
    for n in 0..7 {
        market.world.clock.advance(jiff::SignedDuration::from_millis(1));
        made.push(market.listing(&format!("L{n}"), json!({"Health": ["travel"]})).await);
    }
    let (mut seen, mut path) = (Vec::new(), format!("{PATH}?limit=2"));
    for step in 0.. {
        let page = market.as_staff("GET", &path, &Value::Null).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let providers = page.body["providers"].as_array().expect("providers").clone();
        assert!(providers.len() <= 2);
        seen.extend(providers.iter().map(|provider| text(&provider["id"])));
        let Some(next) = page.body["next"].as_str() else { break };
        path = format!("{PATH}?limit=2&cursor={next}");
        if step == 0 {
            // One that was seen goes, one that was not, and another comes.
            for gone in [&made[1], &made[3]] {
                let own = format!("{PATH}/{gone}");
                assert_eq!(market.as_staff("DELETE", &own, &Value::Null).await.status, 204);
            }
            market.world.clock.advance(jiff::SignedDuration::from_millis(1));
            made.push(market.listing("New", json!({"Health": ["travel"]})).await);
        }
    }
    let expected: Vec<_> = [0, 1, 2, 4, 5, 6, 7].map(|n: usize| made[n].clone()).into();
    assert_eq!(seen, expected);
    for (query, field, kind) in [
        ("limit=0", "limit", "value_error"),
        ("limit=201", "limit", "value_error"),
        ("limit=x", "limit", "type_error.integer"),
        ("cursor=x", "cursor", "value_error"),
    ] {
        let answer = market.as_staff("GET", &format!("{PATH}?{query}"), &Value::Null).await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.body["detail"][0]["loc"], json!(["query", field]));
        assert_eq!(answer.body["detail"][0]["type"], kind);
    }
}
