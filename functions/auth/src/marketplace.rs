//! `POST /customers/auth/swap-pool` and `…/marketplace/change-password`: what is
//! done with the pool that people come from.

use std::sync::Arc;

use attesta_cognito::{NewUser, PoolStatus, SignIn, Tokens, newcomer, policy};
use attesta_identity::user_named_by;
use attesta_model::{Error, Problem, Reason, Result, UserId};
use attesta_store::audit;
use attesta_wire::customer::{Body, Failure, Failures};
use attesta_wire::{Fields, FromFields, Source, Text};
use axum::Json;
use axum::extract::State;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::throttle::LOGIN;
use crate::tokens::LoginResult;

/// Who is to move, and what proves it.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SwapPool {
    username: String,
    /// Standard cognito password
    #[schema(value_type = Option<String>, format = Password, nullable = false)]
    password: Option<SecretString>,
}

impl FromFields for SwapPool {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let username = fields.required::<Text<128>>("username");
        let password = fields.nullable::<Text<256>>("password").flatten();
        Some(Self { username: username?.0, password: password.map(|text| text.0.into()) })
    }
}

/// What became of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SwapResult {
    #[schema(required)]
    status: Option<Swap>,
    #[schema(required)]
    authenticated: Option<bool>,
    #[schema(value_type = Option<String>, required)]
    id: Option<UserId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Swap {
    Migrated,
    AlreadyMigrated,
    NotFound,
}

/// Swap a user from one pool to another on login
///
/// Whatever fails, the answer is `not-found`: only who shows the right password
/// learns more.
#[utoipa::path(post, path = "/customers/auth/swap-pool", operation_id = "swapUserPool",
    tag = "auth", security(()), request_body = SwapPool,
    responses((status = 200, description = "OK", body = SwapResult), Failures))]
pub(crate) async fn swap(
    State(app): State<Arc<App>>,
    source: Source,
    Body(body): Body<SwapPool>,
) -> Result<Json<SwapResult>, Failure> {
    app.throttle(&LOGIN, &body.username, &source).await?;
    let swapped = match &body.password {
        Some(password) => app.swap(&body.username, password).await,
        None => Ok(None),
    };
    let swapped = swapped.unwrap_or_else(|error| {
        tracing::error!(%error, "somebody could not be moved");
        None
    });
    let (status, id) = swapped.map_or((Swap::NotFound, None), |(status, id)| (status, Some(id)));
    Ok(Json(SwapResult { status: Some(status), authenticated: Some(id.is_some()), id }))
}

/// The password as it is and as it is to be.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangeMarketplacePassword {
    #[schema(value_type = Option<String>, required = false)]
    email: String,
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

impl FromFields for ChangeMarketplacePassword {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required::<Text<256>>("email");
        let mut password = |name| Some(SecretString::from(fields.required::<Text<256>>(name)?.0));
        let old_password = password("oldPassword");
        let new_password = password("newPassword");
        let confirmed = password("confirmNewPassword");
        let (new_password, confirmed) = (new_password?, confirmed?);
        if new_password.expose_secret() != confirmed.expose_secret() {
            let rule = Reason::Rule("must be the same as newPassword".to_owned());
            fields.problem("confirmNewPassword", rule);
        }
        // Before anything is looked up, so that a weak one tells nothing of the user.
        if let Some(Problem { reason, .. }) = policy::problem("newPassword", &new_password) {
            fields.problem("newPassword", reason);
        }
        Some(Self {
            email: email?.0,
            old_password: old_password?,
            new_password,
            confirm_new_password: confirmed,
        })
    }
}

/// What a sign-in in that pool comes to: nothing here would take its refresh
/// token.
fn of_marketplace(step: SignIn) -> SignIn {
    match step {
        SignIn::Tokens(tokens) => SignIn::Tokens(Tokens { refresh: None, ..tokens }),
        challenge @ SignIn::Challenge(_) => challenge,
    }
}

/// Change Marketplace password
///
/// Every session in that pool ends; the tokens are of a new one, and can't be
/// refreshed here.
#[utoipa::path(post, path = "/customers/auth/marketplace/change-password",
    operation_id = "changeMarketplacePassword", tag = "auth", security(()),
    request_body = ChangeMarketplacePassword,
    responses((status = 200, description = "OK", body = LoginResult), Failures))]
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    source: Source,
    Body(body): Body<ChangeMarketplacePassword>,
) -> Result<Json<LoginResult>, Failure> {
    app.throttle(&LOGIN, &body.email, &source).await?;
    let (pool, email) = (&app.marketplace, &body.email);
    let step = match pool.sign_in(email, &body.old_password, None).await? {
        SignIn::Tokens(tokens) => {
            pool.change_password(&tokens.access, &body.old_password, &body.new_password).await?;
            pool.sign_out_everywhere(email).await?;
            pool.sign_in(email, &body.new_password, None).await?
        }
        // Whoever has yet to choose a password of their own chooses this one.
        SignIn::Challenge(_) => {
            pool.sign_in(email, &body.old_password, Some(&body.new_password)).await?
        }
    };
    app.tell_audit(email).await?;
    Ok(Json(of_marketplace(step).try_into()?))
}

impl App {
    /// Tells the log of another password in that pool, whose users need not be
    /// ours.
    async fn tell_audit(&self, email: &str) -> Result<()> {
        let id = self.store.user_by_name(email).await?.map(|user| user.id);
        if let Some(id) = id {
            audit::proved(id);
        }
        self.store.audit_elsewhere("marketplacePassword", id).await
    }

    /// Moves somebody; none where the password is of nobody who can be moved, or
    /// was.
    async fn swap(
        &self,
        username: &str,
        password: &SecretString,
    ) -> Result<Option<(Swap, UserId)>> {
        match newcomer(&self.marketplace, &self.store, username, password).await? {
            Some(new) => self.settle(new, password).await.map(Some),
            None => match self.pool.sign_in(username, password, None).await {
                Ok(SignIn::Tokens(tokens)) => {
                    let id = user_named_by(tokens.access.expose_secret());
                    Ok(id.map(|id| (Swap::AlreadyMigrated, id)))
                }
                Ok(SignIn::Challenge(_)) | Err(Error::Unauthenticated(_)) => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// Makes the main pool's user, or finishes to. Whoever has a password there
    /// keeps it.
    async fn settle(&self, new: NewUser, password: &SecretString) -> Result<(Swap, UserId)> {
        let (id, name) = (new.id, new.id.to_string());
        let user = self.pool.create_user(new).await?;
        let subject = user.sub.parse().map_err(Error::internal)?;
        self.store.note_subject(id, subject).await?;
        if user.status != PoolStatus::MustChangePassword {
            return Ok((Swap::AlreadyMigrated, id));
        }
        self.pool.admin_set_password(&name, password).await?;
        audit::proved(id);
        self.store.audit_elsewhere("user", Some(id)).await?;
        Ok((Swap::Migrated, id))
    }
}
