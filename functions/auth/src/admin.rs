//! `POST /customers/auth/admin/…`: staff look after a person's password and
//! second factor.

use std::sync::Arc;

use attesta_cognito::Reset;
use attesta_store::access::CanChange;
use attesta_wire::customer::{Acknowledgement, AsUser, Body, Failure, Failures, Missing};
use attesta_wire::{Fields, FromFields};
use axum::Json;
use axum::extract::State;
use secrecy::SecretString;
use utoipa::ToSchema;

use crate::App;
use crate::fields::{Name, Password};

/// Whom it is about.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    /// email or username
    username: String,
}

impl FromFields for About {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { username: fields.required::<Name>("username")?.0 })
    }
}

/// Admin reset password
///
/// The user is sent a code to choose another with; one who never signed in, the
/// invitation again. Every session of theirs ends.
#[utoipa::path(post, path = "/customers/auth/admin/reset-password",
    operation_id = "adminResetPassword", tag = "auth", request_body = About,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn reset_password(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Body(about): Body<About>,
) -> Result<Json<Acknowledgement>, Failure> {
    let user = app.store.managed_user::<CanChange>(&caller, &about.username).await?;
    let reset = app.pool.admin_reset_password(&user.get().id.to_string()).await?;
    app.end_sessions(user.get()).await?;
    Ok(Json(Acknowledgement::new(match reset {
        Reset::CodeSent => "A code is on its way to the user.",
        Reset::Invited => "The user never signed in; the invitation is on its way again.",
    })))
}

/// Whose password becomes which.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetPassword {
    username: String,
    /// Standard cognito password
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

impl FromFields for SetPassword {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let username = fields.required::<Name>("username");
        let password = fields.required::<Password>("password");
        Some(Self { username: username?.0, password: password?.0 })
    }
}

/// Admin set password
///
/// It counts until the user changes it. Every session of theirs ends.
#[utoipa::path(post, path = "/customers/auth/admin/set-password",
    operation_id = "adminSetPassword", tag = "auth", request_body = SetPassword,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn set_password(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Body(body): Body<SetPassword>,
) -> Result<Json<Acknowledgement>, Failure> {
    let user = app.store.managed_user::<CanChange>(&caller, &body.username).await?;
    app.pool.admin_set_password(&user.get().id.to_string(), &body.password).await?;
    app.password_changed(user.get()).await?;
    Ok(Json(Acknowledgement::new("The password is set.")))
}

/// Take a user's second factor away
///
/// For somebody who lost their authenticator. Every session of theirs ends;
/// staff may do nothing until they set up another.
#[utoipa::path(post, path = "/customers/auth/admin/reset-totp", operation_id = "adminResetTotp",
    tag = "auth", request_body = About,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn reset_totp(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Body(about): Body<About>,
) -> Result<Json<Acknowledgement>, Failure> {
    let user = app.store.managed_user::<CanChange>(&caller, &about.username).await?;
    // The table goes first: it must never take somebody for a holder of a
    // second factor whom the user pool lets in without.
    app.second_factor_changed(user.get(), false).await?;
    app.pool.forget_totp(&user.get().id.to_string()).await?;
    Ok(Json(Acknowledgement::new("The user signs in without an authenticator.")))
}
