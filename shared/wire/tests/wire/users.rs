//! Users who call the customer dialect.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::ApiTokenId;
use attesta_testing::{Answer, World, call, json};
use attesta_wire::auth::{KnowsUsers, UserGate};
use attesta_wire::customer::{self, AsUser, WithAccessToken};
use axum::Router;
use axum::routing::get;
use jiff::Timestamp;
use serde_json::Value;

struct App {
    gate: UserGate,
    now: Timestamp,
}

impl KnowsUsers for App {
    fn user_gate(&self) -> &UserGate {
        &self.gate
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}

async fn any(AsUser(caller): AsUser) -> String {
    caller.user_id.to_string()
}

async fn shown(with: WithAccessToken) -> String {
    with.caller.user_id.to_string()
}

/// Calls one of the two with a token.
async fn call_with(world: &World, path: &str, token: &str) -> Answer {
    let app = Arc::new(App { gate: world.user_gate(), now: world.store.ids().now() });
    let routes = Router::new().route("/any", get(any)).route("/shown", get(shown));
    call(&customer::router(routes, app), json("GET", path, token, &Value::Null)).await
}

#[tokio::test]
async fn a_user_may_show_either_token_but_where_the_pool_is_to_be_shown_it() {
    let world = World::start().await;
    let (access, id) = (world.user_token(&world.user), world.id_token(&world.user));
    for (path, token, status, code) in [
        ("/any", &access, 200, Value::Null),
        ("/any", &id, 200, Value::Null),
        ("/shown", &access, 200, Value::Null),
        ("/shown", &id, 401, "access_token_required".into()),
    ] {
        let answer = call_with(&world, path, token).await;
        assert_eq!((answer.status.as_u16(), &answer.body["code"]), (status, &code), "{path}");
    }
}

#[tokio::test]
async fn the_pool_is_shown_no_token_that_stands_for_an_api_token() {
    let world = World::start().await;
    let api_token = Some(ApiTokenId(world.store.ids().uuid().expect("random")));
    let token = world.user_token(&UserCaller { api_token, ..world.user.clone() });
    assert_eq!(call_with(&world, "/any", &token).await.status, 200);
    assert_eq!(call_with(&world, "/shown", &token).await.status, 403);
}

#[tokio::test]
async fn who_shows_no_token_or_none_of_ours_is_told_in_the_dialect() {
    let world = World::start().await;
    let foreign = world.user_token_from(&world.user, "https://other.test");
    for token in ["", "bogus", &foreign, &world.provider_token(world.provider)] {
        for path in ["/any", "/shown"] {
            let answer = call_with(&world, path, token).await;
            assert_eq!(answer.status, 401, "{path} {token}");
            assert_eq!(answer.body["code"], "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
}
