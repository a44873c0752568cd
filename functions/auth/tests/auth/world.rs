//! The function over the embedded AWS and a user pool that answers as told.

use std::sync::Arc;

use attesta_auth::{App, router};
use attesta_cognito::UserPool;
use attesta_model::{Notice, User};
use attesta_testing::{Answer, Cognito, POOL_API_CLIENT, POOL_CLIENT, World, call, from, json};
use axum::Router;
use serde_json::{Value, json};

pub(crate) const PATH: &str = "/customers/auth/login";
/// The name that the world's user signs in by.
pub(crate) const ONE: &str = "one@example.com";
/// A password that the pools' policy takes.
pub(crate) const STRONG: &str = "Correct7horse";

/// The world, the user pool, and the function between them.
pub(crate) struct Auth {
    pub(crate) world: World,
    pub(crate) pool: Cognito,
    pub(crate) marketplace: Cognito,
    pub(crate) router: Router,
    /// The access token of the world's user.
    pub(crate) token: String,
}

impl Auth {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let pool = Cognito::start().await;
        let user_pool = UserPool::new(&pool.config(), "pool".to_owned(), POOL_CLIENT.to_owned());
        user_pool.ready().await.expect("the app client's secret");
        let api_client = POOL_API_CLIENT.to_owned();
        let api_pool = UserPool::new(&pool.config(), "pool".to_owned(), api_client);
        api_pool.ready().await.expect("the app client's secret");
        let _ = pool.take_calls();
        let redirects = "https://app.example.com/in".parse().expect("a list");
        let marketplace = Cognito::start().await;
        let other_pool =
            UserPool::new(&marketplace.config(), "other".to_owned(), "other".to_owned());
        other_pool.ready().await.expect("the app client's secret");
        let _ = marketplace.take_calls();
        let app = App {
            store: world.store.clone(),
            pool: user_pool,
            api_pool,
            marketplace: other_pool,
            redirects,
            gate: world.user_gate(),
        };
        let token = world.user_token(&world.user);
        Self { router: router(Arc::new(app)), world, pool, marketplace, token }
    }

    /// Calls an operation below `/customers/`; an empty token is none.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        call(&self.router, json("POST", &format!("/customers/{path}"), token, body)).await
    }

    /// Calls as the world's user.
    pub(crate) async fn post_as_user(&self, path: &str, body: &Value) -> Answer {
        self.post(path, &self.token, body).await
    }

    /// Calls as staff who may change things.
    pub(crate) async fn post_as_staff(&self, path: &str, body: &Value) -> Answer {
        self.post(path, &self.world.user_token(&self.world.staff), body).await
    }

    /// Tries to sign in.
    pub(crate) async fn login(&self, body: &Value) -> Answer {
        self.post("auth/login", "", body).await
    }

    /// Tries to sign a user in from an address.
    pub(crate) async fn login_from(&self, address: &str, username: &str) -> Answer {
        let body = json!({"username": username, "password": "wrong"});
        call(&self.router, from(address, json("POST", PATH, "", &body))).await
    }

    /// The world's user's tokens, as Cognito answers them.
    pub(crate) fn tokens(&self) -> Value {
        json!({
            "ChallengeParameters": {},
            "AuthenticationResult": {
                "AccessToken": self.token,
                "ExpiresIn": 3600,
                "TokenType": "Bearer",
                "RefreshToken": "refresh",
                "IdToken": "id",
            },
        })
    }

    /// These calls go well.
    pub(crate) fn allow(&self, operations: &[&str]) {
        for operation in operations {
            self.pool.set(operation, json!({}));
        }
    }

    /// The names of the calls to the user pool so far, forgotten then.
    pub(crate) fn called(&self) -> Vec<String> {
        self.pool.take_calls().into_iter().map(|(name, _)| name).collect()
    }

    /// The names of the calls to the table so far, forgotten then.
    pub(crate) fn asked(&self) -> Vec<&'static str> {
        self.world.store.meter().take().into_iter().map(|call| call.operation).collect()
    }

    /// The world's user, as the table has them.
    pub(crate) async fn user(&self) -> User {
        self.named(ONE).await.expect("there")
    }

    /// Whoever has a name.
    pub(crate) async fn named(&self, name: &str) -> Option<User> {
        self.world.store.user_by_name(name).await.expect("read")
    }

    /// What people are told so far.
    pub(crate) async fn told(&self) -> Vec<Notice> {
        let rows = self.world.outbox().await.into_iter();
        rows.flat_map(|row| row.messages).map(|message| message.notice).collect()
    }
}

/// The error that names fields.
pub(crate) fn invalid(problems: &[(&str, &str)]) -> Value {
    let problem = |(field, message): &(&str, &str)| json!({"field": field, "message": message});
    json!({
        "message": "The request is not valid.",
        "status": "error",
        "code": "invalid_request",
        "validation": problems.iter().map(problem).collect::<Vec<_>>(),
    })
}

/// Any other error.
pub(crate) fn error(code: &str, message: &str) -> Value {
    json!({"message": message, "status": "error", "code": code})
}

/// That something was done.
pub(crate) fn done(message: &str) -> Value {
    json!({"message": message, "status": "success"})
}
