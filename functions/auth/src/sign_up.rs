//! `POST /customers/auth/confirm-signup` and `…/resend`: a person proves that
//! they can be reached.

use std::sync::Arc;

use attesta_store::audit;
use attesta_wire::customer::{Acknowledgement, Body, Failure, Failures};
use attesta_wire::{Code, Fields, FromFields, Source};
use axum::Json;
use axum::extract::State;
use secrecy::SecretString;
use utoipa::ToSchema;

use crate::App;
use crate::fields::Name;
use crate::throttle::{RESEND, SIGN_UP_CODE};

/// Who confirms, and the code that came.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Confirm {
    /// users authPlatformId
    username: String,
    /// Six digit code sent to user to confirm their account
    #[schema(value_type = String)]
    confirmation_code: SecretString,
}

impl FromFields for Confirm {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let username = fields.required::<Name>("username");
        let confirmation_code = fields.required::<Code>("confirmationCode");
        Some(Self { username: username?.0, confirmation_code: confirmation_code?.0 })
    }
}

/// Confirm Signup
///
/// The user may sign in from then on.
#[utoipa::path(post, path = "/customers/auth/confirm-signup", operation_id = "confirmSignup",
    tag = "auth", security(()), request_body = Confirm,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    source: Source,
    Body(body): Body<Confirm>,
) -> Result<Json<Acknowledgement>, Failure> {
    let named = app.named(body.username).await?;
    app.throttle(&SIGN_UP_CODE, &named.counted(), &source).await?;
    app.pool.confirm_sign_up(&named.in_pool(), &body.confirmation_code).await?;
    if let Some(user) = &named.user {
        audit::proved(user.id);
        app.store.activate_user(user.id).await?;
    }
    Ok(Json(Acknowledgement::new("The account is confirmed.")))
}

/// Who waits for a message.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resend {
    /// Any name of the user's.
    username: String,
}

impl FromFields for Resend {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { username: fields.required::<Name>("username")?.0 })
    }
}

/// Send the code or the invitation again
///
/// Whichever the user waits for. The answer is the same whether or not there is
/// such a user.
#[utoipa::path(post, path = "/customers/auth/resend", operation_id = "resend", tag = "auth",
    security(()), request_body = Resend,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn resend(
    State(app): State<Arc<App>>,
    source: Source,
    Body(body): Body<Resend>,
) -> Result<Json<Acknowledgement>, Failure> {
    let named = app.named(body.username).await?;
    app.throttle(&RESEND, &named.counted(), &source).await?;
    app.pool.resend_code(&named.in_pool()).await?;
    app.pool.resend_invitation(&named.live_in_pool()).await?;
    Ok(Json(Acknowledgement::new("If there is such a user who waits, a message is on its way.")))
}
