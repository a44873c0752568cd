//! The function over the embedded AWS.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use attesta_model::{Error, Result};
use attesta_testing::{Answer, ISSUER, World, call, json};
use attesta_tokens::{App, Broker, SecretTexts, SigningKeys, Texts, router};
use attesta_wire::auth::Boxed;
use axum::Router;
use serde_json::{Value, json};

/// A secret whose texts a test sets.
#[derive(Debug, Clone)]
pub(crate) struct Secrets(Arc<Mutex<Texts>>, Arc<AtomicBool>);

impl Secrets {
    /// The secret is rotated: the current text becomes the one before.
    pub(crate) fn rotate(&self, current: &str) {
        let mut texts = self.0.lock().expect("not poisoned");
        let previous = std::mem::replace(&mut texts.current, current.to_owned());
        texts.previous = Some(previous);
    }

    /// From now on the secret can't be read.
    pub(crate) fn lose(&self) {
        self.1.store(true, Ordering::Relaxed);
    }
}

impl SecretTexts for Secrets {
    fn texts(&self) -> Boxed<'_, Result<Texts>> {
        let texts = self.0.lock().expect("not poisoned").clone();
        let is_lost = self.1.load(Ordering::Relaxed);
        Box::pin(async move { if is_lost { Err(Error::internal("down")) } else { Ok(texts) } })
    }
}

/// The world, the function in it, and its secret.
pub(crate) struct Tokens {
    pub(crate) world: World,
    pub(crate) router: Router,
    pub(crate) secrets: Secrets,
}

impl Tokens {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let texts = Texts { current: World::signing_text(), previous: None };
        let secrets = Secrets(Arc::new(Mutex::new(texts)), Arc::default());
        let router = instance(&world, &secrets).await;
        Self { world, router, secrets }
    }

    /// Another instance of the function, in the same world.
    pub(crate) async fn another(&self) -> Router {
        instance(&self.world, &self.secrets).await
    }

    /// Signs in with a credential.
    pub(crate) async fn sign_in(&self, role_id: &str, secret_id: &str) -> Answer {
        let body = json!({"role_id": role_id, "secret_id": secret_id});
        call(&self.router, json("POST", "/api/v2/auth/approle", "", &body)).await
    }

    /// Signs the world's provider in: its access and its refresh token.
    pub(crate) async fn pair(&self) -> (String, String) {
        let role_id = self.world.provider.credential_id.to_string();
        let answer = self.sign_in(&role_id, self.world.secret.expose()).await;
        let token = |name: &str| text(&answer.body["token"][name]);
        (token("access_token"), token("refresh_token"))
    }

    /// The calls to the table since the last time.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.world.store.meter().take().into_iter().map(|call| call.operation).collect()
    }
}

/// An instance of the function that is ready for its first request.
async fn instance(world: &World, secrets: &Secrets) -> Router {
    let app = App {
        store: world.store.clone(),
        gate: world.provider_gate(),
        users: world.user_gate(),
        keys: SigningKeys::new(secrets.clone(), world.store.clone()),
        issuer: ISSUER.to_owned(),
        broker: Broker {
            region: "eu-west-1".to_owned(),
            endpoint: Some("http://localhost:4566".to_owned()),
        },
    };
    app.keys.ready().await.expect("keys");
    let _ = world.store.meter().take();
    router(Arc::new(app))
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
