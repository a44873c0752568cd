//! Machines, as surfaces that take one form or another see them.

use std::sync::Arc;

use attesta_identity::{MachineClaims, MachineKey, Secret, SigningKey};
use attesta_model::{Machine, MachineKind, Scope};
use attesta_store::Store;
use attesta_testing::{Answer, ISSUER, World, call, json, with_header};
use attesta_wire::auth::Gate;
use attesta_wire::customer::Failure;
use attesta_wire::machines::{AsMachine, Form, KnowsMachines};
use axum::body::Body;
use axum::extract::State;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A surface for partners, who have keys.
#[derive(Debug)]
struct Partners(Known);

/// A surface for members, who have tokens or show their key as it is.
#[derive(Debug)]
struct Members(Known);

#[derive(Debug)]
struct Known {
    gate: Gate,
    store: Store,
}

/// A surface, and the scope that it wants.
trait Wants: KnowsMachines {
    const SCOPE: Scope;
    fn store(&self) -> &Store;
}

macro_rules! surface {
    ($name:ident, $forms:expr, $scope:expr) => {
        impl KnowsMachines for $name {
            const FORMS: &'static [Form] = $forms;

            fn machine_gate(&self) -> &Gate {
                &self.0.gate
            }

            fn now(&self) -> Timestamp {
                self.0.store.ids().now()
            }
        }

        impl Wants for $name {
            const SCOPE: Scope = $scope;

            fn store(&self) -> &Store {
                &self.0.store
            }
        }
    };
}

surface!(Partners, &[Form::ApiKey], Scope::Marketplace);
surface!(Members, &[Form::Bearer, Form::Basic], Scope::SubTpps);

async fn whoami<S: Wants>(
    State(state): State<Arc<S>>,
    machine: AsMachine<Failure>,
) -> Result<Json<Value>, Failure> {
    let client = state.store().machine(&machine.caller, S::SCOPE).await?;
    Ok(Json(json!(client.id())))
}

fn router<S: Wants>(state: S) -> Router {
    Router::new().fallback(whoami::<S>).with_state(Arc::new(state))
}

fn known(world: &World) -> Known {
    Known { gate: world.provider_gate(), store: world.store.clone() }
}

fn blank() -> Request<Body> {
    json("GET", "/", "", &Value::Null)
}

fn basic(key: &MachineKey) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", key.id, key.secret.expose())))
}

/// A token of a machine of the world's organisation.
fn token(world: &World, key: &MachineKey, kind: MachineKind) -> String {
    let machine = Machine::new(kind, Some(world.organisation)).expect("a machine");
    let scopes = kind.scopes().iter().copied().collect();
    let now = world.store.ids().now();
    let signing = SigningKey::derive(&World::signing_text()).expect("derivable");
    MachineClaims::new(ISSUER, key.id, machine, scopes, now).sign(&signing).expect("signed")
}

fn refused(answer: &Answer, message: &str) {
    let told = (answer.status.as_u16(), &answer.body["code"], &answer.body["message"]);
    assert_eq!(told, (401, &json!("unauthenticated"), &json!(message)));
}

const NOTHING: &str = "Authentication credentials were not provided.";
const INVALID: &str = "Invalid credentials";
const TOKEN: &str = "Invalid token.";

#[tokio::test]
async fn a_partner_shows_its_key_and_nothing_else_will_do() {
    let world = World::start().await;
    let key = world.client(MachineKind::Partner).await;
    let router = router(Partners(known(&world)));
    let with_key = |text: &str| with_header(blank(), "x-api-key", text);
    let answer = call(&router, with_key(&key.api_key())).await;
    assert_eq!(answer.parts(), (200, &json!(key.id)));
    // Another header is no business of this surface's.
    let beside = with_header(with_key(&key.api_key()), "authorization", "Bearer x");
    assert_eq!(call(&router, beside).await.status, 200);

    refused(&call(&router, blank()).await, NOTHING);
    let bearer = json("GET", "/", &token(&world, &key, MachineKind::Partner), &Value::Null);
    refused(&call(&router, bearer).await, NOTHING);
    refused(&call(&router, with_header(blank(), "authorization", &basic(&key))).await, NOTHING);
    let wrong = MachineKey { secret: Secret::new(Secret::CLIENT, &[7; 32]), ..key.clone() };
    for text in ["nonsense", "", "a.b", wrong.api_key().as_str()] {
        refused(&call(&router, with_key(text)).await, INVALID);
    }
    let mut twice = with_key(&key.api_key());
    let same = twice.headers()["x-api-key"].clone();
    twice.headers_mut().append("x-api-key", same);
    refused(&call(&router, twice).await, "Credentials were provided twice.");
    world.revoke_client(key.id).await;
    refused(&call(&router, with_key(&key.api_key())).await, INVALID);
}

#[tokio::test]
async fn a_member_shows_a_token_or_its_key_as_it_is() {
    let world = World::start().await;
    let key = world.client(MachineKind::Member).await;
    let router = router(Members(known(&world)));
    let authorised = |value: &str| with_header(blank(), "authorization", value);
    let own = token(&world, &key, MachineKind::Member);
    for value in [format!("Bearer {own}"), format!("bearer {own}"), basic(&key)] {
        let answer = call(&router, authorised(&value)).await;
        assert_eq!(answer.parts(), (200, &json!(key.id)), "{value}");
    }
    refused(&call(&router, blank()).await, NOTHING);
    refused(&call(&router, with_header(blank(), "x-api-key", &key.api_key())).await, NOTHING);
    for (value, message) in [
        ("Basic".to_owned(), TOKEN),
        ("Basic !".to_owned(), INVALID),
        (basic(&key) + "x", INVALID),
        ("Bearer nonsense".to_owned(), TOKEN),
        (format!("JWT {own}"), TOKEN),
        (format!("Bearer {}", world.provider_token(world.provider)), TOKEN),
        (format!("Bearer {}", world.user_token(&world.user)), TOKEN),
    ] {
        refused(&call(&router, authorised(&value)).await, message);
    }
    let mut twice = authorised(&basic(&key));
    let second = format!("Bearer {own}").parse().expect("a header");
    twice.headers_mut().append("authorization", second);
    refused(&call(&router, twice).await, "Credentials were provided twice.");

    world.clock.advance(SignedDuration::from_mins(16));
    let late = call(&router, authorised(&format!("Bearer {own}"))).await;
    refused(&late, "Invalid token: expired.");
    assert_eq!(call(&router, authorised(&basic(&key))).await.status, 200);
}

#[tokio::test]
async fn a_machine_of_another_kind_is_known_and_forbidden() {
    let world = World::start().await;
    let partner = world.client(MachineKind::Partner).await;
    let members = router(Members(known(&world)));
    let bearer = json("GET", "/", &token(&world, &partner, MachineKind::Partner), &Value::Null);
    for request in [bearer, with_header(blank(), "authorization", &basic(&partner))] {
        let answer = call(&members, request).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (403, &json!("forbidden")));
    }
}

#[tokio::test]
async fn a_machine_is_no_provider() {
    let world = World::start().await;
    let key = world.client(MachineKind::Member).await;
    let token = token(&world, &key, MachineKind::Member);
    let now = world.store.ids().now();
    let gate = world.provider_gate();
    let refused = gate.provider(&token, attesta_identity::TokenUse::Access, now).await;
    assert!(refused.is_err());
    assert!(gate.machine(&token, now).await.is_ok());
}
