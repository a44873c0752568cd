//! `POST /customers/auth/magic-link` and `…/magic-link/verify`: a person signs
//! in by a link that they are sent.

use std::sync::Arc;

use attesta_identity::Secret;
use attesta_model::{Error, Reason, Result, UserId};
use attesta_store::{Asked, LINK_PREFIX};
use attesta_wire::customer::{Acknowledgement, Body, Failure, Failures, Tokens};
use attesta_wire::{Fields, FromFields, Source, Text};
use axum::Json;
use axum::extract::State;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::throttle::{LINK, LINK_USE};
use crate::tokens::handed_out;

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// So many links a user is sent in a day because one source asks. It is far
/// fewer than they are sent at all, so that a stranger who asks and asks leaves
/// them theirs.
const ASKED_BY_USER_AND_SOURCE: u32 = 10;

/// Whatever is wrong with a link.
const DEAD: Error = Error::Unauthenticated("The link is wrong, was used or has expired.");

/// Who wants to be sent a link, and where it is to lead.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendMagicLink {
    /// User Id
    id: String,
    /// Redirect Url
    redirect: String,
}

impl FromFields for SendMagicLink {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let id = fields.required::<Text<128>>("id");
        let redirect = fields.required::<Text<512>>("redirect");
        Some(Self { id: id?.0, redirect: redirect?.0 })
    }
}

/// Send Magic Login Link
///
/// The answer is the same whether or not a link is sent: to nobody, to who has
/// no telephone, to staff, or to who was sent one within the last minute, none
/// is.
#[utoipa::path(post, path = "/customers/auth/magic-link", operation_id = "sendMagicLink",
    tag = "auth", security(()), request_body = SendMagicLink,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn send(
    State(app): State<Arc<App>>,
    source: Source,
    Body(body): Body<SendMagicLink>,
) -> Result<Json<Acknowledgement>, Failure> {
    let refusal = || Reason::Rule("is no place that links may lead to".to_owned());
    let redirect = app.redirects.allow(&body.redirect);
    let redirect = redirect.ok_or_else(|| Error::field("redirect", refusal()))?;
    let user = body.id.trim().parse().ok();
    let asked = app.count_link(user, &source).await?;
    app.store.send_link(user, &redirect, asked).await?;
    Ok(Json(Acknowledgement::new("If there is such a user, a link is on its way to them.")))
}

/// What the link holds behind its `#`.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyMagicLink {
    /// Auth Lookup Id
    #[schema(value_type = String)]
    id: SecretString,
}

impl FromFields for VerifyMagicLink {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self { id: fields.required::<Text<128>>("id")?.0.into() })
    }
}

/// The tokens of a user who came by a link.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedInByLink {
    message: &'static str,
    status: &'static str,
    #[schema(required)]
    tokens: Option<Tokens>,
}

/// Verify Magic Link
///
/// A link is good once; using one kills every other of the user's. A link that
/// is wrong, was used or has expired gets one answer.
#[utoipa::path(post, path = "/customers/auth/magic-link/verify", operation_id = "verifyMagicLink",
    tag = "auth", security(()), request_body = VerifyMagicLink,
    responses((status = 200, description = "OK", body = SignedInByLink), Failures))]
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    source: Source,
    Body(body): Body<VerifyMagicLink>,
) -> Result<Json<SignedInByLink>, Failure> {
    LINK_USE.count(&app.store, &source).await?;
    let secret = Secret::parse(LINK_PREFIX, body.id.expose_secret()).ok_or(DEAD)?;
    let user = app.store.link_owner(&secret).await?.ok_or(DEAD)?;
    let tokens = app.pool.sign_in_by_secret(&user.to_string(), &body.id, &[]).await;
    let tokens = Some(handed_out(tokens.map_err(told)?)?);
    Ok(Json(SignedInByLink { message: "Signed in.", status: "success", tokens }))
}

/// What is told of a sign-in that came to nothing.
fn told(error: Error) -> Error {
    match error {
        Error::Unauthenticated(_) => DEAD,
        Error::Internal(_) => {
            tracing::error!(%error, "a sign-in by a link broke off");
            let message = "The sign-in broke off, and the link is spent; ask for another.";
            Error::Conflict { code: "link_spent", message: message.to_owned() }
        }
        other => other,
    }
}

impl App {
    /// Counts that a link is asked for, whoever it is for and whether or not
    /// they exist.
    ///
    /// # Errors
    /// [`Error::Throttled`] where too much is asked from one source.
    async fn count_link(&self, user: Option<UserId>, source: &Source) -> Result<Asked> {
        // As it is read, not as it was written: there are many ways to write one.
        let user = user.map(|user| user.to_string()).unwrap_or_default();
        let both = format!("{}|{user}", source.0);
        let (by_source, by_both) = tokio::join!(
            LINK.count(&self.store, source),
            self.store.count_attempt(LINK.what, &both, DAY),
        );
        by_source?;
        Ok(if by_both? > ASKED_BY_USER_AND_SOURCE { Asked::TooOften } else { Asked::Seldom })
    }
}
