//! The function over the embedded AWS and a user pool that answers as told.

use std::sync::Arc;

use attesta_auth::{App, router};
use attesta_cognito::UserPool;
use attesta_testing::{Answer, Cognito, POOL_CLIENT, World, call, json};
use axum::Router;
use axum::body::Body;
use http::Request;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
use serde_json::{Value, json};

pub(crate) const PATH: &str = "/customers/auth/login";

/// The world, the user pool, and the function between them.
pub(crate) struct Auth {
    pub(crate) world: World,
    pub(crate) pool: Cognito,
    pub(crate) marketplace: Cognito,
    pub(crate) router: Router,
}

impl Auth {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let pool = Cognito::start().await;
        let user_pool = UserPool::new(&pool.config(), "pool".to_owned(), POOL_CLIENT.to_owned());
        user_pool.ready().await.expect("the app client's secret");
        let _ = pool.take_calls();
        let redirects = "https://app.example.com/in".parse().expect("a list");
        let marketplace = Cognito::start().await;
        let other_pool =
            UserPool::new(&marketplace.config(), "other".to_owned(), "other".to_owned());
        other_pool.ready().await.expect("the app client's secret");
        let _ = marketplace.take_calls();
        let store = world.store.clone();
        let app = App { store, pool: user_pool, marketplace: other_pool, redirects };
        Self { router: router(Arc::new(app)), world, pool, marketplace }
    }

    /// Tries to sign in.
    pub(crate) async fn login(&self, body: &Value) -> Answer {
        call(&self.router, json("POST", PATH, "", body)).await
    }

    /// Tries to sign a user in from an address.
    pub(crate) async fn login_from(&self, address: &str, username: &str) -> Answer {
        let body = json!({"username": username, "password": "wrong"});
        call(&self.router, from(address, json("POST", PATH, "", &body))).await
    }
}

/// The same request, as the gateway says where it comes from.
pub(crate) fn from(address: &str, request: Request<Body>) -> Request<Body> {
    let context = json!({
        "timeEpoch": 0,
        "http": {
            "method": "POST",
            "path": PATH,
            "protocol": "HTTP/1.1",
            "sourceIp": address,
            "userAgent": "test",
        },
    });
    let context = serde_json::from_value(context).expect("a context");
    request.with_request_context(RequestContext::ApiGatewayV2(context))
}

/// The access token of a user.
pub(crate) fn access_token(world: &World) -> String {
    world.user_token(&world.user)
}

/// The world's user's tokens, as Cognito answers them.
pub(crate) fn tokens(world: &World) -> Value {
    json!({
        "ChallengeParameters": {},
        "AuthenticationResult": {
            "AccessToken": access_token(world),
            "ExpiresIn": 3600,
            "TokenType": "Bearer",
            "RefreshToken": "refresh",
            "IdToken": "id",
        },
    })
}
