//! `/api/v2/admin/instrument/`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Admin, INSTRUMENTS, PROVIDER};

fn whole(name: &str) -> Value {
    json!({"name": name, "acronym": name, "queue": name})
}

#[tokio::test]
async fn staff_make_an_instrument_and_find_it() {
    let api = Admin::start().await;
    let body = json!({
        "name": "Gait", "acronym": "ga", "queue": "tesla_ga", "enabled": true, "identity": true,
        "description": "How somebody walks", "options_schema": {"type": "object"}, "other": 1,
    });
    let answer = api.call("POST", INSTRUMENTS, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let id = answer.body["id"].as_u64().expect("a number");
    assert!(id < 1 << 53);
    let mut expected = body;
    let fields = expected.as_object_mut().expect("an object");
    fields.remove("other");
    for name in ["requires_enrolment", "originality", "authorship", "integrity"] {
        fields.insert(name.to_owned(), json!(false));
    }
    fields.insert("id".to_owned(), json!(id));
    for name in ["created_at", "updated_at"] {
        fields.insert(name.to_owned(), answer.body["created_at"].clone());
    }
    assert_eq!(answer.body, expected);
    assert_eq!(api.get(&format!("{INSTRUMENTS}{id}/")).await.body, expected);
    let found = api.get(&format!("{INSTRUMENTS}?search=gait")).await.body;
    assert_eq!(found["results"], json!([expected]));
}

#[tokio::test]
async fn an_instrument_lacks_nothing_and_holds_no_more_than_fits() {
    let api = Admin::start().await;
    let required = json!(["This field is required."]);
    let missing = json!({"name": required, "acronym": required, "queue": required});
    for (method, uri) in [("POST", INSTRUMENTS), ("PUT", &format!("{INSTRUMENTS}5/"))] {
        assert_eq!(api.call(method, uri, &json!({})).await.parts(), (400, &missing), "{method}");
        let most = |most: usize| format!("Ensure this field has no more than {most} characters.");
        for (field, value, refusal) in [
            ("name", json!("x".repeat(251)), most(250)),
            ("acronym", json!("x".repeat(31)), most(30)),
            ("queue", json!("x".repeat(51)), most(50)),
            ("description", json!("x".repeat(2001)), most(2000)),
            ("name", json!(""), "This field may not be blank.".to_owned()),
            ("name", Value::Null, "This field may not be null.".to_owned()),
            ("enabled", json!("yes"), "Must be a valid boolean.".to_owned()),
            ("options_schema", json!([]), "Expected a dictionary of items.".to_owned()),
            (
                "options_schema",
                json!({"a": "x".repeat(9_000)}),
                "Ensure this object has no more than 8192 bytes.".to_owned(),
            ),
            (
                "options_schema",
                json!({"$ref": "https://example.com/schema"}),
                "Not a usable JSON Schema: a $ref leads out of it.".to_owned(),
            ),
        ] {
            let mut body = whole("new");
            body[field] = value;
            let answer = api.call(method, uri, &body).await;
            assert_eq!(answer.parts(), (400, &json!({field: [refusal]})), "{method}");
        }
        let most = json!({"name": "x".repeat(250), "acronym": "x".repeat(30), "queue": "q"});
        assert!(api.call(method, uri, &most).await.status.is_success() || method == "PUT");
    }
}

#[tokio::test]
async fn an_instruments_names_are_its_own() {
    let api = Admin::start().await;
    let body = json!({"name": "New", "acronym": "i1", "queue": "tesla_i1"});
    let taken = json!({
        "acronym": ["instrument with this acronym already exists."],
        "queue": ["instrument with this queue already exists."],
    });
    assert_eq!(api.call("POST", INSTRUMENTS, &body).await.parts(), (400, &taken));
    let one = format!("{INSTRUMENTS}5/");
    assert_eq!(api.call("PUT", &one, &body).await.parts(), (400, &taken));
    let answer = api.call("PATCH", &one, &json!({"queue": "tesla_i1"})).await;
    assert_eq!(answer.parts(), (400, &json!({"queue": taken["queue"]})));
    // A provider may have an instrument's name, and one's own name is no other's.
    assert_eq!(api.call("PATCH", PROVIDER, &json!({"acronym": "i1"})).await.status, 200);
    assert_eq!(api.call("PATCH", &one, &json!({"acronym": "i5"})).await.status, 200);
    // A name that was let go of is free.
    assert_eq!(api.call("PATCH", &one, &json!({"acronym": "other"})).await.status, 200);
    assert_eq!(api.call("POST", INSTRUMENTS, &whole("other")).await.status, 400);
    assert_eq!(api.call("POST", INSTRUMENTS, &whole("i5")).await.status, 201);
}

#[tokio::test]
async fn what_is_not_said_of_an_instrument_stays() {
    let api = Admin::start().await;
    let one = format!("{INSTRUMENTS}5/");
    let before = api.get(&one).await.body;
    api.world.clock.advance(SignedDuration::from_mins(1));
    let answer = api.call("PATCH", &one, &json!({"name": "Other", "options_schema": null})).await;
    let mut expected = before.clone();
    expected["name"] = json!("Other");
    expected["options_schema"] = Value::Null;
    expected["updated_at"] = answer.body["updated_at"].clone();
    assert_eq!(answer.parts(), (200, &expected));
    assert_ne!(answer.body["updated_at"], before["updated_at"]);
    let answer = api.call("PUT", &one, &whole("third")).await;
    for (field, value) in [("name", "third"), ("acronym", "third"), ("queue", "third")] {
        expected[field] = json!(value);
    }
    assert_eq!(answer.parts(), (200, &expected));
    assert_eq!(api.get(&one).await.body, expected);
}

#[tokio::test]
async fn instruments_are_listed_in_pages() {
    let api = Admin::start().await;
    let ids = |page: &Value| -> Vec<u64> {
        let rows = page["results"].as_array().expect("a list");
        rows.iter().map(|row| row["id"].as_u64().expect("a number")).collect()
    };
    let page = api.get(&format!("{INSTRUMENTS}?limit=2&offset=2")).await.body;
    assert_eq!((ids(&page), &page["count"]), (vec![5, 6], &json!(5)));
    let link = |rest: &str| json!(format!("{}{INSTRUMENTS}?limit=2{rest}", crate::world::BASE));
    assert_eq!((&page["next"], &page["previous"]), (&link("&offset=4"), &link("")));
    for (query, found) in [
        ("", vec![1, 3, 5, 6, 9]),
        ("ordering=-id", vec![9, 6, 5, 3, 1]),
        ("ordering=enabled,-name&limit=2", vec![9, 6]),
        ("ordering=nonsense", vec![1, 3, 5, 6, 9]),
        ("search=i6", vec![6]),
        ("search=nothing", vec![]),
    ] {
        assert_eq!(ids(&api.get(&format!("{INSTRUMENTS}?{query}")).await.body), found, "{query}");
    }
}
