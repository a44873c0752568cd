//! Lists by page, while rows come and go.

use std::collections::BTreeSet;

use attesta_testing::Answer;
use serde_json::{Value, json};

use crate::world::{Shop, faulty, had_by, sold};

fn ids(page: &Answer, name: &str) -> Vec<String> {
    let items = page.body["items"].as_array().expect("rows");
    items.iter().map(|row| row[name].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn a_walk_shows_nothing_twice_and_all_that_stays() {
    let shop = Shop::open().await;
    let mut stays = BTreeSet::new();
    let mut goes = Vec::new();
    for at in 0..12 {
        let id = shop.made(&shop.csp, "/v1/Customers", &json!({"name": "x"})).await;
        shop.show(&id).await;
        if at % 2 == 0 {
            goes.push(id);
        } else {
            stays.insert(id);
        }
    }
    for token in [&shop.csp, &shop.reseller] {
        let mut seen = Vec::new();
        let mut path = "/v1/Customers?pageSize=3".to_owned();
        loop {
            let page = shop.get(token, &path).await;
            assert_eq!(page.status, 200, "{}", page.body);
            seen.extend(ids(&page, "id"));
            // Others come and go meanwhile, before and behind where the walk is.
            shop.made(&shop.csp, "/v1/Customers", &json!({"name": "new"})).await;
            if let Some(gone) = goes.pop() {
                let link = format!("/v1/Customers/{gone}/Resellers/{}", shop.reseller_id);
                assert_eq!(shop.call(&shop.csp, "DELETE", &link, &Value::Null).await.status, 204);
                let path = format!("/v1/Customers/{gone}");
                assert_eq!(shop.call(&shop.csp, "DELETE", &path, &Value::Null).await.status, 204);
            }
            let Some(next) = page.body["next"].as_str() else { break };
            if seen.len() > 60 {
                break;
            }
            path = format!("/v1/Customers?pageSize=3&after={next}");
            assert_eq!(page.body["pageSize"], 3);
        }
        let distinct: BTreeSet<_> = seen.iter().cloned().collect();
        assert_eq!(distinct.len(), seen.len(), "nothing twice");
        assert!(stays.is_subset(&distinct), "all that stays");
    }
}

#[tokio::test]
async fn a_page_is_found_by_its_number() {
    let shop = Shop::open().await;
    let mut made = vec![shop.customer.clone(), shop.seen.clone()];
    for _ in 0..5 {
        made.push(shop.made(&shop.csp, "/v1/Customers", &json!({"name": "x"})).await);
        shop.world.clock.advance(jiff::SignedDuration::from_secs(1));
    }
    made.sort();
    for (query, expected, has_next) in [
        ("", &made[..], false),
        ("?pageNumber=1&pageSize=3", &made[..3], true),
        ("?pageNumber=3&pageSize=3", &made[6..], false),
        ("?pageNumber=9&pageSize=3", &[][..], false),
        ("?pageSize=2000", &made[..], false),
    ] {
        let page = shop.get(&shop.csp, &format!("/v1/Customers{query}")).await;
        assert_eq!(ids(&page, "id"), expected, "{query}");
        assert_eq!(page.body["next"].is_string(), has_next, "{query}");
    }
    for (query, fault) in [
        ("pageNumber=0", "pageNumber"),
        ("pageNumber=-1", "pageNumber"),
        ("pageNumber=502&pageSize=20", "pageNumber"),
        ("pageSize=0", "pageSize"),
        ("pageSize=2001", "pageSize"),
        ("pageSize=x", "pageSize"),
        ("after=", "after"),
        ("after=x&pageNumber=2", "after"),
    ] {
        let page = shop.get(&shop.csp, &format!("/v1/Customers?{query}")).await;
        assert_eq!(faulty(&page), [fault], "{query}");
    }
}

#[tokio::test]
async fn what_a_customer_has_is_listed_by_seller_and_a_reseller_walks_its_own_alone() {
    let shop = Shop::open().await;
    let named = format!("{}?resellerId={}", had_by(&shop.seen), shop.reseller_id);
    let mut instances = BTreeSet::new();
    for _ in 0..5 {
        let body = json!({"name": "x", "providerType": "x"});
        let id = shop.made(&shop.csp, "/v1/Providers/Instances", &body).await;
        for path in [&had_by(&shop.seen), &named] {
            shop.made(&shop.csp, path, &sold(&id, &json!(1))).await;
        }
        instances.insert(id);
    }
    let walk = async |token: &str, query: &str| {
        let mut seen = Vec::new();
        let mut path = format!("{}?pageSize=2{query}", had_by(&shop.seen));
        loop {
            let page = shop.get(token, &path).await;
            seen.extend(ids(&page, "providerInstanceId"));
            let Some(next) = page.body["next"].as_str() else { return seen };
            path = format!("{}?pageSize=2{query}&after={next}", had_by(&shop.seen));
        }
    };
    let own: Vec<_> = instances.iter().cloned().collect();
    assert_eq!(walk(&shop.reseller, "").await, own);
    assert_eq!(walk(&shop.csp, &format!("&resellerId={}", shop.reseller_id)).await, own);
    assert_eq!(walk(&shop.csp, "").await, [own.clone(), own].concat());
    for after in ["~~~", "0", "%00", "..%23"] {
        let path = format!("{}?after={after}", had_by(&shop.seen));
        let page = shop.get(&shop.reseller, &path).await;
        let rows = page.body["items"].as_array().expect("rows").clone();
        assert!(rows.iter().all(|row| row["resellerId"] == json!(shop.reseller_id)), "{after}");
    }
}
