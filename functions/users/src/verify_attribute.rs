//! `POST /customers/users/verify-attribute`: a user proves that an e-mail
//! address or a telephone number is theirs.

use std::sync::Arc;

use attesta_cognito::{Attribute, PoolUser};
use attesta_model::{Error, Result};
use attesta_store::Addresses;
use attesta_wire::customer::{Acknowledgement, Body, Failure, Failures, WithAccessToken};
use attesta_wire::{Code, Fields, FromFields, Source};
use axum::Json;
use axum::extract::State;
use secrecy::SecretString;
use utoipa::ToSchema;

use crate::App;
use crate::throttle::ADDRESS_CODE;

/// The code that went to the new address.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verification {
    /// Six digit code sent to user to confirm their update
    #[schema(value_type = String)]
    code: SecretString,
}

impl FromFields for Verification {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { code: fields.required::<Code>("code")?.0 })
    }
}

/// Verify Attribute Update
///
/// The new address counts from now on; signing in by the one before doesn't work
/// any more. Made again after it got lost half-way, the call does the rest.
#[utoipa::path(post, path = "/customers/users/verify-attribute",
    operation_id = "verifyAttributeUpdate", tag = "users", request_body = Verification,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    source: Source,
    user: WithAccessToken,
    Body(Verification { code }): Body<Verification>,
) -> Result<Json<Acknowledgement>, Failure> {
    let id = user.caller.user_id.to_string();
    ADDRESS_CODE.count(&app.store, &id, &source).await?;
    app.store.own_user(&user.caller).await?;
    match app.try_code(&user.token, &code).await {
        Ok(()) => drop(app.follow_pool(&user).await?),
        // It may have counted before, in a call that then got lost.
        Err(error @ Error::Invalid(_)) => {
            if !app.follow_pool(&user).await? {
                return Err(error.into());
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Json(Acknowledgement::new("The change is verified.")))
}

impl App {
    /// Tries a code at what it may be for: it doesn't say.
    async fn try_code(&self, token: &SecretString, code: &SecretString) -> Result<()> {
        match self.pool.verify_attribute(token, Attribute::Email, code).await {
            Err(Error::Invalid(_)) => {
                self.pool.verify_attribute(token, Attribute::Phone, code).await
            }
            outcome => outcome,
        }
    }

    /// Has the table follow what the pool found verified. Whether it was behind.
    async fn follow_pool(&self, user: &WithAccessToken) -> Result<bool> {
        let found = self.pool.user(&user.caller.user_id.to_string()).await?;
        let Some(found) = found else { return Ok(false) };
        self.store.move_addresses(&user.caller, &verified(found)).await
    }
}

/// The addresses of a user that the pool knows to be theirs.
fn verified(user: PoolUser) -> Addresses {
    Addresses {
        email: user.email.filter(|_| user.email_verified),
        phone: user.phone.filter(|_| user.phone_verified),
    }
}
