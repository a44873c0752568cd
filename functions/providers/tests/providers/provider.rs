//! `/api/v2/provider/`: a provider reads itself.

use serde_json::{Value, json};

use crate::world::Providers;

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
