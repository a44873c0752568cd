//! `POST /oauth2/token`.

use attesta_identity::{MachineKey, Secret};
use attesta_model::{CredentialId, MachineKind, Status};
use attesta_testing::{Answer, ISSUER, call, form, json, with_header};
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Request;
use jiff::SignedDuration;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use serde_json::{Value, json};

use crate::world::{Tokens, text};

const PATH: &str = "/oauth2/token";
const GRANT: (&str, &str) = ("grant_type", "client_credentials");

/// A client's request that shows who it is in a header.
fn by_header(key: &MachineKey, pairs: &[(&str, &str)]) -> Request<Body> {
    basic(format!("{}:{}", key.id, key.secret.expose()), pairs)
}

fn basic(text: impl AsRef<[u8]>, pairs: &[(&str, &str)]) -> Request<Body> {
    let value = format!("Basic {}", STANDARD.encode(text));
    with_header(form(PATH, pairs), "authorization", &value)
}

/// A client's request that shows who it is in the form.
fn by_form(key: &MachineKey, pairs: &[(&str, &str)]) -> Request<Body> {
    let id = key.id.to_string();
    let own = [("client_id", id.as_str()), ("client_secret", key.secret.expose())];
    form(PATH, &[pairs, &own].concat())
}

/// The same request, as the gateway says where it comes from.
fn from(address: &str, request: Request<Body>) -> Request<Body> {
    let http = json!({"method": "POST", "path": PATH, "protocol": "HTTP/1.1",
        "sourceIp": address, "userAgent": "test"});
    let context = serde_json::from_value(json!({"timeEpoch": 0, "http": http}));
    request.with_request_context(RequestContext::ApiGatewayV2(context.expect("a context")))
}

fn wrong(key: &MachineKey) -> MachineKey {
    MachineKey { id: key.id, secret: Secret::new(Secret::CLIENT, &[7; 32]) }
}

fn claims(token: &str) -> Value {
    let middle = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(middle).expect("base 64")).expect("JSON")
}

/// A refusal: status, code, and that it is kept nowhere.
fn refusal(answer: &Answer) -> (u16, &str) {
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.body["error_description"].as_str().is_some_and(|text| !text.is_empty()));
    let challenge = (answer.status == 401).then_some("Basic realm=\"oauth2\"");
    assert_eq!(answer.header("www-authenticate"), challenge);
    (answer.status.as_u16(), answer.body["error"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_partner_gets_a_token_that_says_who_it_is() {
    let tokens = Tokens::start().await;
    let key = tokens.world.client(MachineKind::Partner).await;
    let now = tokens.world.store.ids().now().as_second();
    for request in [by_header(&key, &[GRANT]), by_form(&key, &[GRANT])] {
        let answer = call(&tokens.router, request).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let mut body = answer.body;
        let token = text(&body["access_token"].take());
        assert_eq!(
            body,
            json!({"access_token": null, "token_type": "Bearer", "expires_in": 900, "scope": "marketplace"})
        );
        let organisation = tokens.world.organisation;
        assert_eq!(
            claims(&token),
            json!({"iss": ISSUER, "sub": key.id, "credential": key.id, "kind": "partner",
                "organisation_id": organisation, "scope": "marketplace",
                "token_use": "access", "iat": now, "exp": now + 900})
        );
        let time = tokens.world.store.ids().now();
        assert!(tokens.world.provider_gate().machine(&token, time).await.is_ok());
    }
}

#[tokio::test]
async fn a_service_may_ask_for_less_than_it_has_and_not_for_more() {
    let tokens = Tokens::start().await;
    let key = tokens.world.client(MachineKind::Service).await;
    for (scope, given) in [
        ("customers:read", "customers:read"),
        ("customers:write customers:read", "customers:read customers:write"),
        ("", "customers:read customers:write"),
    ] {
        let answer = call(&tokens.router, by_form(&key, &[GRANT, ("scope", scope)])).await;
        assert_eq!((answer.status.as_u16(), &answer.body["scope"]), (200, &json!(given)));
        let claims = claims(&text(&answer.body["access_token"]));
        assert_eq!((&claims["scope"], &claims["organisation_id"]), (&json!(given), &Value::Null));
    }
    for scope in
        ["marketplace", "customers:read marketplace", "everything", " ", "customers:read\""]
    {
        let answer = call(&tokens.router, by_form(&key, &[GRANT, ("scope", scope)])).await;
        assert_eq!(refusal(&answer), (400, "invalid_scope"), "{scope}");
    }
}

#[tokio::test]
async fn halves_in_a_header_are_form_encoded() {
    let tokens = Tokens::start().await;
    let key = tokens.world.client(MachineKind::Member).await;
    let id = key.id.to_string().replace('-', "%2D");
    let secret = key.secret.expose().replace('_', "%5F");
    let answer = call(&tokens.router, basic(format!("{id}:{secret}"), &[GRANT])).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let known = key.id.to_string();
    let named = by_header(&key, &[GRANT, ("client_id", &known)]);
    assert_eq!(call(&tokens.router, named).await.status, 200);
}

#[tokio::test]
async fn an_unknown_client_costs_and_is_told_what_a_wrong_secret_does() {
    let tokens = Tokens::start().await;
    let key = tokens.world.client(MachineKind::Service).await;
    let unknown = MachineKey {
        id: CredentialId(tokens.world.store.ids().uuid().expect("random")),
        secret: key.secret.clone(),
    };
    let expected = json!({"error": "invalid_client", "error_description": "Invalid credentials"});
    let mut seen = Vec::new();
    for key in [&wrong(&key), &unknown] {
        let answer = call(&tokens.router, by_header(key, &[GRANT])).await;
        assert_eq!(refusal(&answer), (401, "invalid_client"));
        assert_eq!(answer.body, expected);
        seen.push(tokens.calls());
    }
    tokens.world.revoke_client(key.id).await;
    let _ = tokens.calls();
    let answer = call(&tokens.router, by_header(&key, &[GRANT])).await;
    assert_eq!((refusal(&answer), &answer.body), ((401, "invalid_client"), &expected));
    seen.push(tokens.calls());
    for calls in seen {
        assert_eq!(calls, ["BatchGetItem", "UpdateItem", "UpdateItem"]);
    }
}

#[tokio::test]
async fn what_can_be_no_client_is_refused_without_a_look_at_the_table() {
    let tokens = Tokens::start().await;
    let key = tokens.world.client(MachineKind::Service).await;
    let (id, secret) = (key.id.to_string(), key.secret.expose());
    let authorised = |value: &str| with_header(form(PATH, &[GRANT]), "authorization", value);
    for request in [
        form(PATH, &[GRANT]),
        form(PATH, &[GRANT, ("client_id", &id)]),
        form(PATH, &[GRANT, ("client_secret", secret)]),
        form(PATH, &[GRANT, ("client_id", &id), ("client_secret", "nonsense")]),
        form(PATH, &[GRANT, ("client_id", "nonsense"), ("client_secret", secret)]),
        basic("nonsense", &[GRANT]),
        basic(b"\xff", &[GRANT]),
        authorised("Basic"),
        authorised("Basic !"),
        authorised("Bearer abc"),
    ] {
        let answer = call(&tokens.router, request).await;
        assert_eq!(refusal(&answer), (401, "invalid_client"));
    }
    assert!(tokens.calls().is_empty());
}

#[tokio::test]
async fn a_request_that_is_none_is_refused_in_the_words_of_the_rfc() {
    let tokens = Tokens::start().await;
    let key = tokens.world.client(MachineKind::Service).await;
    let other = tokens.world.client(MachineKind::Service).await;
    let other_id = other.id.to_string();
    let media = |media| with_header(by_form(&key, &[GRANT]), "content-type", media);
    let large = "x".repeat(8 * 1024);
    for (request, refused) in [
        (by_form(&key, &[]), (400, "invalid_request")),
        (by_form(&key, &[("grant_type", "")]), (400, "invalid_request")),
        (by_form(&key, &[GRANT, GRANT]), (400, "invalid_request")),
        (by_form(&key, &[GRANT, ("a", "1"), ("a", "2")]), (400, "invalid_request")),
        (by_form(&key, &[("grant_type", "password")]), (400, "unsupported_grant_type")),
        (by_form(&key, &[GRANT, ("a", &large)]), (413, "invalid_request")),
        (media("application/json"), (400, "invalid_request")),
        (media("text/plain"), (400, "invalid_request")),
        (
            by_header(&key, &[GRANT, ("client_secret", key.secret.expose())]),
            (400, "invalid_request"),
        ),
        (by_header(&key, &[GRANT, ("client_id", &other_id)]), (400, "invalid_request")),
        (by_header(&key, &[GRANT, ("client_id", "nonsense")]), (400, "invalid_request")),
    ] {
        assert_eq!(refusal(&call(&tokens.router, request).await), refused);
    }
    let mut twice = by_header(&key, &[GRANT]);
    let same = twice.headers()["authorization"].clone();
    twice.headers_mut().append("authorization", same);
    assert_eq!(refusal(&call(&tokens.router, twice).await), (400, "invalid_request"));
    let charset = media("application/x-www-form-urlencoded; charset=utf-8");
    assert_eq!(call(&tokens.router, charset).await.status, 200);
    let none = call(&tokens.router, json("GET", PATH, "", &Value::Null)).await;
    assert_eq!((none.status.as_u16(), &none.body["code"]), (405, &json!("method_not_allowed")));
}

#[tokio::test]
async fn a_provider_is_told_that_this_is_not_its_way_in() {
    let tokens = Tokens::start().await;
    let key =
        MachineKey { id: tokens.world.provider.credential_id, secret: tokens.world.secret.clone() };
    let answer = call(&tokens.router, by_header(&key, &[GRANT])).await;
    assert_eq!(refusal(&answer), (400, "unauthorized_client"));
    let client = tokens.world.client(MachineKind::Service).await;
    let answer = tokens.sign_in(&client.id.to_string(), client.secret.expose()).await;
    assert_eq!(answer.parts(), (401, &json!("Invalid credentials")), "nor that a client's");
}

#[tokio::test]
async fn a_client_of_an_organisation_that_is_switched_off_gets_no_token() {
    let tokens = Tokens::start().await;
    let [member, service] = [MachineKind::Member, MachineKind::Service];
    let [member, service] = [tokens.world.client(member).await, tokens.world.client(service).await];
    tokens.world.set_organisation_status(Status::Inactive).await;
    let answer = call(&tokens.router, by_header(&member, &[GRANT])).await;
    assert_eq!(refusal(&answer), (401, "invalid_client"));
    let answer = call(&tokens.router, by_header(&service, &[GRANT])).await;
    assert_eq!(answer.status, 200, "the platform's own");
}

#[tokio::test]
async fn failing_tries_are_throttled_for_that_source_alone() {
    let tokens = Tokens::start().await;
    let key = tokens.world.client(MachineKind::Service).await;
    let (here, there) = ("192.0.2.1", "192.0.2.2");
    let guess = async |address: &str| {
        let answer = call(&tokens.router, from(address, by_header(&wrong(&key), &[GRANT]))).await;
        refusal(&answer).0
    };
    let ask =
        async |address: &str| call(&tokens.router, from(address, by_header(&key, &[GRANT]))).await;
    for _ in 0..20 {
        assert_eq!(ask(here).await.status, 200, "what succeeds doesn't count");
    }
    for _ in 0..10 {
        assert_eq!(guess(here).await, 401);
    }
    assert_eq!(guess(here).await, 429);
    let refused = ask(here).await;
    assert_eq!(refusal(&refused), (429, "temporarily_unavailable"), "the right secret too");
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(ask(there).await.status, 200, "a stranger locks nobody out");
    tokens.world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(ask(here).await.status, 200);
}

#[tokio::test]
async fn a_source_may_guess_at_many_clients_but_not_at_all() {
    let tokens = Tokens::start().await;
    let (here, there) = ("192.0.2.1", "192.0.2.2");
    let mut statuses = Vec::new();
    for _ in 0..101 {
        let id = CredentialId(tokens.world.store.ids().uuid().expect("random"));
        let key = wrong(&MachineKey { id, secret: tokens.world.secret.clone() });
        let answer = call(&tokens.router, from(here, by_header(&key, &[GRANT]))).await;
        statuses.push(answer.status.as_u16());
    }
    assert!(statuses[..100].iter().all(|status| *status == 401) && statuses[100] == 429);
    let key = tokens.world.client(MachineKind::Service).await;
    let answer = call(&tokens.router, from(there, by_header(&key, &[GRANT]))).await;
    assert_eq!(answer.status, 200);
}
