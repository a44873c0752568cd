//! `/api/v2/provider/`: a provider reads itself, staff read all.

use attesta_identity::UserCaller;
use attesta_testing::{Answer, call, json};
use serde_json::{Value, json};

use crate::world::{BASE, Providers};

#[tokio::test]
async fn a_provider_reads_itself_with_its_instrument() {
    let api = Providers::start().await;
    let answer = api.get("/api/v2/provider/1/").await;
    assert_eq!(answer.status, 200);
    let at = &answer.body["instrument"]["created_at"];
    assert_eq!(
        answer.body,
        json!({
            "id": 1,
            "instrument": {
                "id": 5,
                "options_schema": {"type": "object"},
                "name": "Instrument 5",
                "acronym": "i5",
                "queue": "tesla_i5",
                "enabled": true,
                "requires_enrolment": false,
                "description": null,
                "identity": false,
                "originality": true,
                "authorship": false,
                "integrity": false,
                "created_at": at,
                "updated_at": at,
            },
            "name": "Provider 1",
            "queue": "queue_1",
            "description": null,
            "url": null,
            "version": "1.0.0",
            "acronym": "p1",
            "allow_validation": false,
            "inverted_polarity": false,
            "image": "example/provider",
            "has_service": false,
            "service_port": null,
            "options_schema": null,
            "options": null,
            "credentials": null,
            "enabled": true,
            "validation_active": false,
            "warning_below": 0.8,
            "alert_below": 0.5,
        })
    );
}

#[tokio::test]
async fn a_provider_lists_itself_alone() {
    let api = Providers::start().await;
    let page = api.get("/api/v2/provider/").await.body;
    assert_eq!(
        (&page["count"], &page["next"], &page["previous"]),
        (&json!(1), &Value::Null, &Value::Null)
    );
    assert_eq!(page["results"], json!([api.get("/api/v2/provider/1/").await.body]));
}

#[tokio::test]
async fn a_provider_searches_itself_by_the_start_of_a_word() {
    let api = Providers::start().await;
    for (query, count) in [
        ("search=prov", 1),
        ("search=P1", 1),
        ("search=rovider", 0),
        ("search=", 1),
        ("search=provider+zebra", 0),
        ("limit=nonsense&offset=nonsense", 1),
        ("limit=5&limit=x", 1),
    ] {
        let answer = api.get(&format!("/api/v2/provider/?{query}")).await;
        assert_eq!(answer.parts().0, 200, "{query}");
        assert_eq!(answer.body["count"], count, "{query}");
    }
}

#[tokio::test]
async fn a_provider_that_skips_itself_sees_an_empty_page() {
    let api = Providers::start().await;
    for offset in ["1", "7", "18446744073709551615", "99999999999999999999"] {
        let page = api.get(&format!("/api/v2/provider/?offset={offset}")).await;
        assert_eq!(page.status, 200, "{offset}");
        assert_eq!(
            (&page.body["count"], &page.body["next"]),
            (&json!(1), &Value::Null),
            "{offset}"
        );
    }
}

/// What somebody of the user pool is answered.
async fn get_as(api: &Providers, user: &UserCaller, uri: &str) -> Answer {
    call(&api.router, json("GET", uri, &api.world.user_token(user), &Value::Null)).await
}

#[tokio::test]
async fn staff_see_every_provider_in_pages() {
    let api = Providers::start().await;
    let own = api.get("/api/v2/provider/1/").await.body;
    for staff in [&api.world.staff, &api.world.read_only_staff] {
        let one = get_as(&api, staff, "/api/v2/provider/1/").await;
        assert_eq!(one.parts(), (200, &own));
        for (query, found) in [
            ("", vec![1, 2, 3]),
            ("limit=2", vec![1, 2]),
            ("limit=2&offset=2", vec![3]),
            ("ordering=-name&limit=1", vec![3]),
            ("search=p2", vec![2]),
        ] {
            let page = get_as(&api, staff, &format!("/api/v2/provider/?{query}")).await.body;
            let rows = page["results"].as_array().expect("a list");
            let ids: Vec<_> = rows.iter().filter_map(|row| row["id"].as_u64()).collect();
            assert_eq!(ids, found, "{query}");
        }
    }
    let page = get_as(&api, &api.world.staff, "/api/v2/provider/?limit=2").await.body;
    let next = format!("{BASE}/api/v2/provider/?limit=2&offset=2");
    assert_eq!((&page["count"], &page["next"]), (&json!(3), &json!(next)));
    for uri in ["/api/v2/provider/77/", "/api/v2/provider/x/"] {
        let answer = get_as(&api, &api.world.staff, uri).await;
        assert_eq!(answer.parts(), (404, &json!({"detail": "Not found."})), "{uri}");
    }
}

#[tokio::test]
async fn a_user_who_is_no_staff_sees_no_provider() {
    let api = Providers::start().await;
    let detail = "You do not have permission to perform this action.";
    for uri in ["/api/v2/provider/", "/api/v2/provider/1/"] {
        let answer = get_as(&api, &api.world.user, uri).await;
        assert_eq!(answer.parts(), (403, &json!({"detail": detail})), "{uri}");
    }
}
