//! `POST /customers/auth/totp` and `…/totp/verify`: a person gets a second
//! factor.

use std::sync::Arc;

use attesta_wire::customer::{Acknowledgement, Body, Failure, Failures, WithAccessToken, shown};
use attesta_wire::{Code, Fields, FromFields, Source};
use axum::Json;
use axum::extract::State;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::throttle::TOTP_CODE;

/// What an authenticator makes codes of, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Authenticator {
    /// In base 32.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, required)]
    secret: Option<SecretString>,
    /// The same as an authenticator scans it, `otpauth://totp/…`.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, required)]
    uri: Option<SecretString>,
}

impl Authenticator {
    fn new(email: &str, secret: SecretString) -> Self {
        let account = utf8_percent_encode(email, NON_ALPHANUMERIC);
        let shown = secret.expose_secret();
        let uri = format!("otpauth://totp/Attesta:{account}?secret={shown}&issuer=Attesta");
        Self { secret: Some(secret), uri: Some(uri.into()) }
    }
}

/// Set up an authenticator
///
/// It counts once a code of it was verified; one that counts already does until
/// then.
#[utoipa::path(post, path = "/customers/auth/totp", operation_id = "beginTotp", tag = "auth",
    responses((status = 200, description = "OK", body = Authenticator), Failures))]
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    caller: WithAccessToken,
) -> Result<Json<Authenticator>, Failure> {
    let user = app.store.own_user(&caller.caller).await?;
    let secret = app.pool.begin_totp(&caller.token).await?;
    Ok(Json(Authenticator::new(user.email.as_deref().unwrap_or(&user.name), secret)))
}

/// What an authenticator shows.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verify {
    /// Six digits.
    #[schema(value_type = String)]
    code: SecretString,
}

impl FromFields for Verify {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { code: fields.required::<Code>("code")?.0 })
    }
}

/// Verify an authenticator
///
/// From then on the user signs in with its codes; every session of theirs ends.
#[utoipa::path(post, path = "/customers/auth/totp/verify", operation_id = "verifyTotp",
    tag = "auth", request_body = Verify,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    caller: WithAccessToken,
    source: Source,
    Body(body): Body<Verify>,
) -> Result<Json<Acknowledgement>, Failure> {
    let user = app.store.own_user(&caller.caller).await?;
    let id = user.id.to_string();
    app.throttle(&TOTP_CODE, &id, &source).await?;
    app.pool.finish_totp(&id, &caller.token, &body.code).await?;
    app.second_factor_changed(&user, true).await?;
    Ok(Json(Acknowledgement::new("The authenticator counts. Sign in with a code of it.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_so_that_it_is_one_part_of_the_uri() {
        let made = Authenticator::new("a+b&c@d.example", "SECRET".into());
        let expected =
            "otpauth://totp/Attesta:a%2Bb%26c%40d%2Eexample?secret=SECRET&issuer=Attesta";
        assert_eq!(made.uri.as_ref().map(ExposeSecret::expose_secret), Some(expected));
        assert!(!format!("{made:?}").contains("SECRET"));
    }
}
