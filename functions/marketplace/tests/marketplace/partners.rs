//! `/tpp/admin/partners`, as staff.

use attesta_testing::{call, json as request, with_header};
use serde_json::{Value, json};

use crate::world::{Market, approval, text};

const PATH: &str = "/tpp/admin/partners";

#[tokio::test]
async fn a_partner_is_made_with_its_organisation_or_of_one() {
    let market = Market::start().await;
    let body = json!({"name": "Shop", "deployments": ["a", "b", "a"]});
    let made = market.made(PATH, &body).await;
    let now = "2025-11-22T08:00:00Z";
    let expected = json!({"id": made["id"], "name": "Shop", "deployments": ["a", "b"],
        "created_at": now, "updated_at": now});
    assert_eq!(made, expected);
    let own = format!("{PATH}/{}", text(&made["id"]));
    assert_eq!(market.as_staff("GET", &own, &Value::Null).await.parts(), (200, &made));
    let of = json!({"organisation_id": market.world.organisation});
    let second = market.made(PATH, &of).await;
    assert_eq!((&second["name"], &second["deployments"]), (&json!("one"), &json!([])));
    let again = market.as_staff("POST", PATH, &of).await;
    let told = json!({"detail": "The organisation is a partner already."});
    assert_eq!(again.parts(), (409, &told));
    let list = market.as_staff("GET", PATH, &Value::Null).await.body;
    assert_eq!(list["partners"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn what_is_wrong_with_a_partner_is_told_field_by_field() {
    let market = Market::start().await;
    let nobodys = "0197f0a0-0000-7000-8000-00000000000a";
    let long = vec!["x".repeat(65)];
    let many: Vec<_> = (0..101).map(|n| n.to_string()).collect();
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": "a", "organisation_id": market.world.organisation}), "name"),
        (json!({"organisation_id": nobodys}), "organisation_id"),
        (json!({"organisation_id": "x"}), "organisation_id"),
        (json!({"name": "a", "deployments": "a"}), "deployments"),
        (json!({"name": "a", "deployments": [""]}), "deployments"),
        (json!({"name": "a", "deployments": long}), "deployments"),
        (json!({"name": "a", "deployments": many}), "deployments"),
        (json!({"name": "a", "role": "x"}), "role"),
    ] {
        let answer = market.as_staff("POST", PATH, &body).await;
        assert_eq!(answer.status, 422, "{body}");
        assert_eq!(answer.body["detail"][0]["loc"], json!(["body", field]), "{body}");
    }
    assert_eq!(market.world.aws.items("PARTNER").await, 0);
}

#[tokio::test]
async fn of_many_who_make_one_organisation_a_partner_one_does() {
    let market = Market::start().await;
    let token = market.world.user_token(&market.world.staff);
    let body = json!({"organisation_id": market.world.organisation});
    let calls = [0; 4].map(|_| {
        let (router, request) = (market.router.clone(), request("POST", PATH, &token, &body));
        tokio::spawn(async move { call(&router, request).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.expect("no panic"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
}

#[tokio::test]
async fn the_same_call_again_gets_the_same_answer() {
    let market = Market::start().await;
    let token = market.world.user_token(&market.world.staff);
    let create = async |name: &str| {
        let request = request("POST", PATH, &token, &json!({"name": name}));
        call(&market.router, with_header(request, "idempotency-key", "k")).await
    };
    let (first, again) = (create("One").await, create("One").await);
    assert_eq!((first.status.as_u16(), first.parts()), (201, again.parts()));
    assert_eq!(create("Two").await.status, 409);
    assert_eq!(market.world.aws.items("PARTNER").await, 1);
}

#[tokio::test]
async fn a_partner_that_is_deleted_is_none_at_once_and_leaves_its_organisation() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let own = format!("{PATH}/{}", partner.id);
    assert_eq!(market.as_staff("DELETE", &own, &Value::Null).await.status, 204);
    let ask = market.as_partner(&partner, "GET", "/tpp/categories", &Value::Null).await;
    assert_eq!(ask.status, 403);
    for (method, path) in
        [("GET", own.clone()), ("DELETE", own.clone()), ("PUT", approval(&partner, &listing))]
    {
        assert_eq!(market.as_staff(method, &path, &Value::Null).await.status, 404, "{path}");
    }
    for kind in ["PARTNER", "APPROVAL", "ENABLEMENT"] {
        assert_eq!(market.world.aws.items(kind).await, 0, "{kind}");
    }
    let again = market.made(PATH, &json!({"organisation_id": partner.id})).await;
    assert_eq!(again["name"], "Shop");
    let ask = market.as_partner(&partner, "GET", "/tpp/categories", &Value::Null).await;
    assert_eq!(ask.status, 404, "its key counts again, and it may see nothing");
}

#[tokio::test]
async fn a_walk_through_the_partners_meets_each_that_stays_once() {
    let market = Market::start().await;
    let mut made = Vec::new();
    for n in 0..5 {
        market.world.clock.advance(jiff::SignedDuration::from_millis(1));
        made.push(text(&market.made(PATH, &json!({"name": n.to_string()})).await["id"]));
    }
    let (mut seen, mut path) = (Vec::new(), format!("{PATH}?limit=2"));
    loop {
        let page = market.as_staff("GET", &path, &Value::Null).await.body;
        let partners = page["partners"].as_array().expect("partners").clone();
        seen.extend(partners.iter().map(|partner| text(&partner["id"])));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{PATH}?limit=2&cursor={next}");
        if seen.len() == 2 {
            for gone in [&made[0], &made[2]] {
                market.as_staff("DELETE", &format!("{PATH}/{gone}"), &Value::Null).await;
            }
        }
    }
    assert_eq!(seen, [0, 1, 3, 4].map(|n: usize| made[n].clone()));
}

#[tokio::test]
async fn what_a_partner_may_see_is_listed_by_pages() {
    let market = Market::start().await;
    let partner = market.partner("Shop", &[]).await;
    let mut made = Vec::new();
    for n in 0..3 {
        market.world.clock.advance(jiff::SignedDuration::from_millis(1));
        let listing = market.listing(&format!("L{n}"), json!({"Health": ["travel"]})).await;
        market.approve(&partner, &listing).await;
        made.push(listing);
    }
    let base = format!("{PATH}/{}/providers?limit=2", partner.id);
    let first = market.as_staff("GET", &base, &Value::Null).await.body;
    assert_eq!(first["approvals"][0]["tpp_id"], made[0]);
    assert_eq!(
        (first["approvals"].as_array().map(Vec::len), &first["next"]),
        (Some(2), &json!(made[1]))
    );
    let rest =
        market.as_staff("GET", &format!("{base}&cursor={}", made[1]), &Value::Null).await.body;
    assert_eq!((&rest["approvals"][0]["tpp_id"], &rest["next"]), (&json!(made[2]), &Value::Null));
    let nobodys = format!("{PATH}/0197f0a0-0000-7000-8000-00000000000a/providers");
    assert_eq!(market.as_staff("GET", &nobodys, &Value::Null).await.status, 404);
}
