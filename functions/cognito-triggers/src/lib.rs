//! What the user pool asks before it lets anybody in: how a sign-in by a secret
//! goes on, whether the secret is good, and what tokens say.
//!
//! An error makes the pool refuse whoever it is about.

mod challenge;
mod event;
mod migration;
mod secrets;
mod tokens;

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_model::{Error, Result};
use attesta_store::Store;
use serde::Serialize;
use serde_json::Value;

pub use event::Event;

/// What triggers work with.
#[derive(Debug, Clone)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The pool that people come from, where they are moved from it.
    pub marketplace: Option<Arc<UserPool>>,
}

/// Answers the pool: its own event, with the response filled in.
///
/// # Errors
/// Where whoever it is about is not to get in, or can't be looked up.
pub async fn handle(app: &App, event: Event) -> Result<Event> {
    let response = match event.trigger() {
        "DefineAuthChallenge_Authentication" => filled(challenge::define(&event.request()?)),
        "CreateAuthChallenge_Authentication" => filled(challenge::create()),
        "VerifyAuthChallengeResponse_Authentication" => {
            filled(app.verify(event.user(), event.request()?).await?)
        }
        trigger if trigger.starts_with("TokenGeneration_") => {
            filled(app.tokens(event.user(), event.request()?).await?)
        }
        "UserMigration_Authentication" => {
            filled(app.migrate(event.user_name(), event.request()?).await?)
        }
        other => Err(Error::internal(format_args!("no such trigger as {other:?}"))),
    };
    Ok(event.answered(response?))
}

fn filled(response: impl Serialize) -> Result<Value> {
    serde_json::to_value(response).map_err(Error::internal)
}
