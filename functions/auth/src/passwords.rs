//! `POST /customers/auth/change-password`, `…/forgotten-password` and
//! `…/reset-password`: a person's password becomes another.

use std::sync::Arc;

use attesta_store::audit;
use attesta_wire::customer::{Acknowledgement, Body, Failure, Failures, WithAccessToken};
use attesta_wire::{Fields, FromFields, Hidden, Source, Text};
use axum::Json;
use axum::extract::State;
use secrecy::SecretString;
use utoipa::ToSchema;

use crate::App;
use crate::fields::{Name, Password, twice};
use crate::throttle::{FORGOTTEN, OLD_PASSWORD, RESET_CODE};

/// The password as it is and as it is to be.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangePassword {
    /// Not needed: the token tells.
    #[expect(dead_code, reason = "declared, and not needed")]
    email: Option<String>,
    #[schema(value_type = String)]
    old_password: SecretString,
    /// Standard cognito password
    #[schema(value_type = String, format = Password)]
    new_password: SecretString,
    /// Standard cognito password
    #[schema(value_type = String, format = Password)]
    #[expect(dead_code, reason = "compared as it is read")]
    confirm_new_password: SecretString,
}

impl FromFields for ChangePassword {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.nullable::<Text<256>>("email").flatten();
        let old_password = fields.required::<Password>("oldPassword");
        let new_password = twice(fields, "newPassword", "confirmNewPassword")?;
        Some(Self {
            email: email.map(|email| email.0),
            old_password: old_password?.0,
            confirm_new_password: new_password.clone(),
            new_password,
        })
    }
}

/// Change Password
///
/// Every session of the user's ends; they sign in anew with the new password.
#[utoipa::path(post, path = "/customers/auth/change-password", operation_id = "changePassword",
    tag = "auth", request_body = ChangePassword,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    caller: WithAccessToken,
    source: Source,
    Body(body): Body<ChangePassword>,
) -> Result<Json<Acknowledgement>, Failure> {
    let user = app.store.own_user(&caller.caller).await?;
    app.throttle(&OLD_PASSWORD, &user.id.to_string(), &source).await?;
    app.pool.change_password(&caller.token, &body.old_password, &body.new_password).await?;
    app.password_changed(&user).await?;
    Ok(Json(Acknowledgement::new("The password is changed. Sign in with the new one.")))
}

/// Who forgot their password.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forgotten {
    /// email or username
    username: String,
}

impl FromFields for Forgotten {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { username: fields.required::<Name>("username")?.0 })
    }
}

/// Forgotten Password
///
/// The answer is the same whether or not there is such a user.
#[utoipa::path(post, path = "/customers/auth/forgotten-password",
    operation_id = "forgottenPassword", tag = "auth", security(()), request_body = Forgotten,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn forgotten(
    State(app): State<Arc<App>>,
    source: Source,
    Body(body): Body<Forgotten>,
) -> Result<Json<Acknowledgement>, Failure> {
    let named = app.named(body.username).await?;
    app.throttle(&FORGOTTEN, &named.counted(), &source).await?;
    app.pool.forgot_password(&named.live_in_pool()).await?;
    Ok(Json(Acknowledgement::new("If there is such a user, a code is on its way to them.")))
}

/// The password as it is to be, and the code that came.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ResetPassword {
    username: String,
    /// Standard cognito password
    #[schema(value_type = String, format = Password, required = false)]
    password: SecretString,
    /// Standard cognito password
    #[schema(value_type = String, format = Password, required = false)]
    #[expect(dead_code, reason = "compared as it is read")]
    password_confirm: SecretString,
    #[schema(value_type = String, required = false)]
    confirmation_code: SecretString,
}

impl FromFields for ResetPassword {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let username = fields.required::<Name>("username");
        let confirmation_code = fields.required::<Hidden<64>>("confirmationCode");
        let password = twice(fields, "password", "passwordConfirm")?;
        Some(Self {
            username: username?.0,
            password_confirm: password.clone(),
            password,
            confirmation_code: confirmation_code?.0,
        })
    }
}

/// Reset password
///
/// Every session of the user's ends. Whatever is wrong with the code, or with
/// the user, gets the same answer.
#[utoipa::path(post, path = "/customers/auth/reset-password", operation_id = "resetPassword",
    tag = "auth", security(()), request_body = ResetPassword,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn reset(
    State(app): State<Arc<App>>,
    source: Source,
    Body(body): Body<ResetPassword>,
) -> Result<Json<Acknowledgement>, Failure> {
    let named = app.named(body.username).await?;
    app.throttle(&RESET_CODE, &named.counted(), &source).await?;
    let (code, password) = (&body.confirmation_code, &body.password);
    app.pool.reset_password(&named.in_pool(), code, password).await?;
    if let Some(user) = &named.user {
        audit::proved(user.id);
        app.password_changed(user).await?;
    }
    Ok(Json(Acknowledgement::new("The password is changed. Sign in with the new one.")))
}
