//! `/oauth2/clients`: staff look after machine clients.

use attesta_identity::UserCaller;
use attesta_model::MachineKind;
use attesta_testing::{Answer, call, form, json, with_header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Tokens, text};

const PATH: &str = "/oauth2/clients";

impl Tokens {
    /// A call by somebody.
    async fn as_user(&self, user: &UserCaller, method: &str, path: &str, body: &Value) -> Answer {
        let token = self.world.user_token(user);
        call(&self.router, json(method, path, &token, body)).await
    }

    /// A call by staff.
    async fn as_staff(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.as_user(&self.world.staff, method, path, body).await
    }

    /// Staff make a client.
    async fn made(&self, body: &Value) -> Value {
        let answer = self.as_staff("POST", PATH, body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.body
    }

    /// What the token endpoint says to a client with this secret.
    async fn issues(&self, id: &Value, secret: &Value) -> u16 {
        let (id, secret) = (text(id), text(secret));
        let pairs =
            [("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", &secret)];
        call(&self.router, form("/oauth2/token", &pairs)).await.status.as_u16()
    }
}

fn service() -> Value {
    json!({"name": "Reports", "kind": "service", "scopes": ["customers:read"]})
}

fn of(client: &Value) -> String {
    format!("{PATH}/{}", text(&client["clientId"]))
}

#[tokio::test]
async fn staff_make_a_client_that_is_shown_its_secret_once() {
    let tokens = Tokens::start().await;
    let organisation = tokens.world.organisation;
    let wanted = json!({"name": "Shop", "kind": "partner", "organisationId": organisation,
        "scopes": ["marketplace"], "expiresAt": "2026-01-01T00:00:00Z"});
    let answer = tokens.as_staff("POST", PATH, &wanted).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let mut made = answer.body;
    let (id, secret) = (text(&made["clientId"]), text(&made["clientSecret"]));
    assert!(secret.starts_with("atc_"));
    assert_eq!(text(&made["apiKey"]), format!("{id}.{secret}"));
    let shown = json!({"clientId": id, "name": "Shop", "kind": "partner",
        "organisationId": organisation, "scopes": ["marketplace"],
        "createdAt": "2025-11-22T08:00:00Z", "expiresAt": "2026-01-01T00:00:00Z",
        "revokedAt": null, "lastUsedAt": null, "formerSecretUntil": null});
    let read = tokens.as_staff("GET", &of(&made), &Value::Null).await;
    assert_eq!(read.parts(), (200, &shown));
    let list = tokens.as_staff("GET", PATH, &Value::Null).await;
    assert_eq!(list.parts(), (200, &json!({"clients": [shown], "next": null})));
    let object = made.as_object_mut().expect("an object");
    object.retain(|name, _| !["clientSecret", "apiKey"].contains(&name.as_str()));
    assert_eq!(made, shown);
}

#[tokio::test]
async fn a_client_is_refused_that_lacks_something_or_asks_for_anothers() {
    let tokens = Tokens::start().await;
    let organisation = json!(tokens.world.organisation);
    let with = |name: &str, value: Value| {
        let mut body = service();
        body[name] = value;
        body
    };
    for (body, field) in [
        (with("name", json!("")), "name"),
        (with("name", json!("x".repeat(101))), "name"),
        (with("kind", json!("provider")), "kind"),
        (with("kind", Value::Null), "kind"),
        (with("kind", json!("member")), "scopes"),
        (with("scopes", json!([])), "scopes"),
        (with("scopes", json!(["marketplace"])), "scopes"),
        (with("scopes", json!(["everything"])), "scopes"),
        (with("scopes", json!("customers:read")), "scopes"),
        (with("organisationId", organisation.clone()), "organisationId"),
        (with("organisationId", json!("nonsense")), "organisationId"),
        (with("expiresAt", json!("2025-11-22T08:00:00Z")), "expiresAt"),
        (with("expiresAt", json!("tomorrow")), "expiresAt"),
        (with("secret", json!("mine")), "secret"),
        (json!({"name": "x", "kind": "member", "scopes": ["sub-tpps"]}), "organisationId"),
        (
            json!({"name": "x", "kind": "member", "scopes": ["sub-tpps"],
                "organisationId": "0197f0a0-0000-7000-8000-00000000000a"}),
            "organisationId",
        ),
    ] {
        let answer = tokens.as_staff("POST", PATH, &body).await;
        assert_eq!(answer.status, 400, "{body}");
        let fields: Vec<_> = answer.body["validation"].as_array().expect("fields").iter().collect();
        assert!(fields.iter().any(|problem| problem["field"] == field), "{body}: {fields:?}");
    }
    let every = tokens.as_staff("POST", PATH, &json!({})).await;
    assert_eq!(every.body["validation"].as_array().map(Vec::len), Some(3), "{}", every.body);
    let list = tokens.as_staff("GET", PATH, &Value::Null).await;
    assert_eq!(list.body["clients"], json!([]));
}

#[tokio::test]
async fn who_is_no_staff_sees_nothing_and_who_may_look_changes_nothing() {
    let tokens = Tokens::start().await;
    let client = tokens.made(&service()).await;
    let own = of(&client);
    let calls = [
        ("GET", PATH.to_owned(), Value::Null, 200),
        ("GET", own.clone(), Value::Null, 200),
        ("POST", PATH.to_owned(), service(), 403),
        ("POST", format!("{own}/secret"), json!({}), 403),
        ("DELETE", own.clone(), Value::Null, 403),
    ];
    for (method, path, body, to_reader) in calls {
        let read = tokens.as_user(&tokens.world.read_only_staff, method, &path, &body).await;
        assert_eq!(read.status, to_reader, "{method} {path}");
        let refused = tokens.as_user(&tokens.world.user, method, &path, &body).await;
        assert_eq!((refused.status.as_u16(), &refused.body["code"]), (403, &json!("forbidden")));
        let stranger = call(&tokens.router, json(method, &path, "", &body)).await;
        assert_eq!(stranger.status, 401);
        assert_eq!(stranger.body["code"], "unauthenticated");
    }
    assert_eq!(tokens.issues(&client["clientId"], &client["clientSecret"]).await, 200);
}

#[tokio::test]
async fn a_client_that_staff_take_back_counts_no_more_at_once_and_for_good() {
    let tokens = Tokens::start().await;
    let client = tokens.made(&service()).await;
    assert_eq!(tokens.issues(&client["clientId"], &client["clientSecret"]).await, 200);
    let mut moments = Vec::new();
    for _ in 0..2 {
        let answer = tokens.as_staff("DELETE", &of(&client), &Value::Null).await;
        assert_eq!(answer.status, 204);
        assert_eq!(tokens.issues(&client["clientId"], &client["clientSecret"]).await, 401);
        moments.push(tokens.as_staff("GET", &of(&client), &Value::Null).await.body);
        tokens.world.clock.advance(SignedDuration::from_mins(1));
    }
    assert_eq!(moments[0], moments[1]);
    assert_eq!(moments[0]["revokedAt"], "2025-11-22T08:00:00Z");
    let rotated = tokens.as_staff("POST", &format!("{}/secret", of(&client)), &json!({})).await;
    assert_eq!((rotated.status.as_u16(), &rotated.body["code"]), (409, &json!("wrong_state")));
}

#[tokio::test]
async fn a_client_counts_until_it_expires() {
    let tokens = Tokens::start().await;
    let mut wanted = service();
    wanted["expiresAt"] = json!("2025-11-22T09:00:00Z");
    let client = tokens.made(&wanted).await;
    tokens.world.clock.advance(SignedDuration::from_secs(3599));
    assert_eq!(tokens.issues(&client["clientId"], &client["clientSecret"]).await, 200);
    tokens.world.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(tokens.issues(&client["clientId"], &client["clientSecret"]).await, 401);
}

#[tokio::test]
async fn a_secret_that_was_replaced_counts_for_the_overlap() {
    let tokens = Tokens::start().await;
    let client = tokens.made(&service()).await;
    let id = &client["clientId"];
    let path = format!("{}/secret", of(&client));
    let rotated = tokens.as_staff("POST", &path, &json!({"overlapMinutes": 10})).await;
    assert_eq!(rotated.status, 200, "{}", rotated.body);
    assert_eq!(rotated.header("cache-control"), Some("no-store"));
    let rotated = rotated.body;
    assert_eq!(rotated["formerSecretUntil"], "2025-11-22T08:10:00Z");
    assert_ne!(rotated["clientSecret"], client["clientSecret"]);
    tokens.world.clock.advance(SignedDuration::from_secs(599));
    for known in [&client, &rotated] {
        assert_eq!(tokens.issues(id, &known["clientSecret"]).await, 200);
    }
    tokens.world.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(tokens.issues(id, &client["clientSecret"]).await, 401);
    assert_eq!(tokens.issues(id, &rotated["clientSecret"]).await, 200);
    let read = tokens.as_staff("GET", &of(&client), &Value::Null).await.body;
    assert_eq!(read["formerSecretUntil"], Value::Null);

    // At once, where it leaked; and a third one puts the first out of use.
    let at_once = tokens.as_staff("POST", &path, &json!({"overlapMinutes": 0})).await.body;
    assert_eq!(tokens.issues(id, &rotated["clientSecret"]).await, 401);
    let last = tokens.as_staff("POST", &path, &json!({})).await.body;
    assert_eq!(last["formerSecretUntil"], "2025-11-22T09:10:00Z", "an hour unless said");
    for (known, status) in [(&rotated, 401), (&at_once, 200), (&last, 200)] {
        assert_eq!(tokens.issues(id, &known["clientSecret"]).await, status);
    }
    for overlap in [json!(-1), json!(10_081), json!("long"), json!(1.5)] {
        let answer = tokens.as_staff("POST", &path, &json!({"overlapMinutes": overlap})).await;
        assert_eq!(answer.body["validation"][0]["field"], "overlapMinutes", "{overlap}");
    }
}

#[tokio::test]
async fn what_is_no_client_is_not_found() {
    let tokens = Tokens::start().await;
    let provider = tokens.world.provider.credential_id.to_string();
    for id in ["nonsense", "%ff", "0197f0a0-0000-7000-8000-00000000000a", &provider] {
        let path = format!("{PATH}/{id}");
        for (method, path, body) in [
            ("GET", &path, Value::Null),
            ("DELETE", &path, Value::Null),
            ("POST", &format!("{path}/secret"), json!({})),
        ] {
            let answer = tokens.as_staff(method, path, &body).await;
            let code = &answer.body["code"];
            assert_eq!((answer.status.as_u16(), code), (404, &json!("not_found")), "{path}");
        }
    }
    let answer = tokens.as_staff("GET", "/oauth2/nothing", &Value::Null).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (404, &json!("not_found")));
    let answer = tokens.as_staff("PUT", PATH, &Value::Null).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("GET,HEAD,POST")));
}

#[tokio::test]
async fn the_same_call_again_names_the_client_and_another_with_its_key_is_refused() {
    let tokens = Tokens::start().await;
    let token = tokens.world.user_token(&tokens.world.staff);
    let create = async |body: &Value, key: &str| {
        let request = json("POST", PATH, &token, body);
        call(&tokens.router, with_header(request, "idempotency-key", key)).await
    };
    let first = create(&service(), "k").await;
    assert_eq!(first.status, 201);
    let again = create(&service(), "k").await;
    assert_eq!((again.status.as_u16(), &again.body["code"]), (409, &json!("made_before")));
    assert!(text(&again.body["message"]).contains(&text(&first.body["clientId"])));
    assert!(!again.body.to_string().contains("atc_"));
    let mut other = service();
    other["name"] = json!("Other");
    let refused = create(&other, "k").await;
    let reused = json!("idempotency_key_reused");
    assert_eq!((refused.status.as_u16(), &refused.body["code"]), (409, &reused));
    assert_eq!(create(&other, "l").await.status, 201);
    let long = create(&other, &"k".repeat(256)).await;
    assert_eq!(long.body["validation"][0]["field"], "Idempotency-Key");
    let list = tokens.as_staff("GET", PATH, &Value::Null).await;
    assert_eq!(list.body["clients"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn staff_page_through_the_clients_of_an_organisation_or_of_a_kind() {
    let tokens = Tokens::start().await;
    let mut made = Vec::new();
    for kind in MachineKind::ALL.into_iter().rev().cycle().take(10) {
        let key = tokens.world.client(kind).await;
        made.push((kind.name(), key.id.to_string()));
        tokens.world.clock.advance(SignedDuration::from_secs(1));
    }
    // By kind, then by age: all are of the same organisation, or of none.
    made.sort_by_key(|(kind, _)| *kind);
    let organisation = tokens.world.organisation;
    let other = tokens.world.other_organisation;
    let of = |wanted: fn(&str) -> bool| {
        let ids = made.iter().filter(|(kind, _)| wanted(kind)).map(|(_, id)| id.clone());
        ids.collect::<Vec<_>>()
    };
    for (query, expected) in [
        (String::new(), of(|_| true)),
        ("kind=reseller".to_owned(), of(|kind| kind == "reseller")),
        (format!("organisationId={organisation}"), of(|kind| kind != "service")),
        (format!("organisationId={organisation}&kind=csp"), of(|kind| kind == "csp")),
        (format!("organisationId={organisation}&kind=service"), of(|_| false)),
        (format!("organisationId={other}"), of(|_| false)),
    ] {
        for limit in [1, 3, 10] {
            let mut seen = Vec::new();
            let mut path = format!("{PATH}?{query}&limit={limit}");
            loop {
                let page = tokens.as_staff("GET", &path, &Value::Null).await.body;
                let clients = page["clients"].as_array().expect("clients");
                assert!(clients.len() <= limit);
                seen.extend(clients.iter().map(|client| text(&client["clientId"])));
                let Some(next) = page["next"].as_str() else { break };
                assert_eq!(clients.len(), limit);
                path = format!("{PATH}?{query}&limit={limit}&cursor={next}");
            }
            assert_eq!(seen, expected, "{query} by {limit}");
        }
    }
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("kind=provider", "kind"),
        ("organisationId=x", "organisationId"),
        ("cursor=x", "cursor"),
    ] {
        let answer = tokens.as_staff("GET", &format!("{PATH}?{query}"), &Value::Null).await;
        assert_eq!(answer.body["validation"][0]["field"], field, "{query}");
    }
}

#[tokio::test]
async fn staff_see_to_the_hour_when_a_client_was_last_used() {
    let tokens = Tokens::start().await;
    let client = tokens.made(&service()).await;
    let (id, secret) = (&client["clientId"], &client["clientSecret"]);
    for (minutes, last_used) in
        [(0, "2025-11-22T08:00:00Z"), (59, "2025-11-22T08:00:00Z"), (1, "2025-11-22T09:00:00Z")]
    {
        tokens.world.clock.advance(SignedDuration::from_mins(minutes));
        assert_eq!(tokens.issues(id, secret).await, 200);
        let read = tokens.as_staff("GET", &of(&client), &Value::Null).await.body;
        assert_eq!(read["lastUsedAt"], last_used);
    }
}
