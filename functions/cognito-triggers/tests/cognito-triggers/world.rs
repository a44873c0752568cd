//! The world as the user pool sees it.

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_cognito_triggers::{App, Event, handle};
use attesta_model::{Result, User, UserId};
use attesta_store::Seed;
use attesta_testing::{Cognito, World, deployed};
use serde_json::{Value, json};
use uuid::Uuid;

/// What the pool calls the world's user.
pub(crate) const SUBJECT: Uuid = Uuid::from_u128(0x8e0f_7c4a_7e0f_4f4e_9d3e_0d7f_9a5c_1b2d);

/// A sample, by the name of its trigger.
pub(crate) fn sample(name: &str) -> Value {
    let text = match name {
        "define" => include_str!("../../../../events/cognito-triggers-define.json"),
        "create" => include_str!("../../../../events/cognito-triggers-create.json"),
        "verify" => include_str!("../../../../events/cognito-triggers-verify.json"),
        "migrate" => include_str!("../../../../events/cognito-triggers-migrate.json"),
        "tokens" => include_str!("../../../../events/cognito-triggers-tokens.json"),
        other => panic!("no sample {other}"),
    };
    serde_json::from_str(text).expect("JSON")
}

/// The world, and the function beside it.
pub(crate) struct Triggers {
    pub(crate) world: World,
    pub(crate) app: App,
    pub(crate) marketplace: Cognito,
}

impl Triggers {
    pub(crate) async fn start() -> Self {
        let world = World::start().await;
        let marketplace = Cognito::start().await;
        let pool = UserPool::new(&marketplace.config(), "other".to_owned(), "other".to_owned());
        pool.ready().await.expect("the app client's secret");
        let _ = marketplace.take_calls();
        let app = App { store: world.store.clone(), marketplace: Some(Arc::new(pool)) };
        Self { world, app, marketplace }
    }

    /// The whole answer to an event.
    pub(crate) async fn answer(&self, event: &Value) -> Result<Value> {
        let is_migration =
            event["triggerSource"].as_str().is_some_and(|it| it.starts_with("UserMigration"));
        let function = if is_migration { "user-migration" } else { "cognito-triggers" };
        let event: Event = serde_json::from_value(event.clone()).expect("an event");
        let answer = deployed(function, handle(&self.app, event)).await?;
        Ok(serde_json::to_value(answer).expect("JSON"))
    }

    /// The response to a sample about a user, with a request that differs.
    pub(crate) async fn ask(&self, name: &str, user: &str, request: &Value) -> Result<Value> {
        let mut event = sample(name);
        event["userName"] = json!(user);
        for (key, value) in request.as_object().expect("an object") {
            event["request"][key] = value.clone();
        }
        let mut answer = self.answer(&event).await?;
        Ok(answer["response"].take())
    }

    /// The world's user as the table has them.
    pub(crate) async fn user(&self) -> User {
        let user = self.world.store.user(self.world.user.user_id).await;
        user.expect("read").expect("there")
    }

    /// Makes the user another.
    pub(crate) async fn set(&self, user: &User) {
        Seed(&self.world.store).user(user).await.expect("written");
    }

    pub(crate) fn user_id(&self) -> UserId {
        self.world.user.user_id
    }
}
