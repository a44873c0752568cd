//! `POST /customers/auth/login`: a person signs in.

use std::sync::Arc;

use attesta_cognito::SignIn;
use attesta_wire::customer::{Body, Failure, Failures};
use attesta_wire::{Fields, FromFields, Source, Text};
use axum::Json;
use axum::extract::State;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// Who signs in, and with what.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Login {
    /// Phone, email address or username
    username: String,
    #[schema(value_type = String)]
    password: SecretString,
    /// Standard cognito password
    #[schema(value_type = Option<String>, format = Password, nullable = false)]
    new_password: Option<SecretString>,
}

impl FromFields for Login {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let username = fields.required::<Text<128>>("username");
        let password = fields.required::<Text<256>>("password");
        let new_password = fields.nullable::<Text<256>>("newPassword").flatten();
        Some(Self {
            username: username?.0,
            password: password?.0.into(),
            new_password: new_password.map(|text| text.0.into()),
        })
    }
}

/// Tokens, or what the user has to answer first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginResult {
    #[schema(required)]
    tokens: Option<Tokens>,
    #[schema(required)]
    challenge: Option<Challenge>,
}

/// The tokens of a user who is in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    #[schema(required)]
    id: Option<String>,
    #[schema(required)]
    access: Option<String>,
    #[schema(required)]
    refresh: Option<String>,
    /// In seconds.
    #[schema(required)]
    expires_in: Option<i32>,
}

/// What a user has to answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Challenge {
    #[schema(required)]
    session: Option<String>,
    #[schema(required)]
    challenge_parameters: Option<ChallengeParameters>,
    #[schema(required)]
    challenge_name: Option<String>,
}

/// What belongs to a challenge.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChallengeParameters {
    #[schema(required)]
    missing_attributes: Option<Vec<String>>,
    #[schema(required)]
    auth_platform_id: Option<String>,
}

impl From<SignIn> for LoginResult {
    fn from(step: SignIn) -> Self {
        let shown = |secret: SecretString| secret.expose_secret().to_owned();
        match step {
            SignIn::Tokens(tokens) => Self {
                tokens: Some(Tokens {
                    id: Some(shown(tokens.id)),
                    access: Some(shown(tokens.access)),
                    refresh: tokens.refresh.map(shown),
                    expires_in: Some(tokens.expires_in),
                }),
                challenge: None,
            },
            SignIn::Challenge(challenge) => Self {
                tokens: None,
                challenge: Some(Challenge {
                    session: challenge.session.map(shown),
                    challenge_parameters: Some(ChallengeParameters {
                        missing_attributes: Some(challenge.missing_attributes),
                        auth_platform_id: challenge.user_id,
                    }),
                    challenge_name: Some(challenge.name),
                }),
            },
        }
    }
}

/// Login
///
/// A wrong password, an unknown user and a disabled one get the same answer.
#[utoipa::path(post, path = "/customers/auth/login", operation_id = "login", tag = "auth",
    security(()), request_body = Login,
    responses((status = 200, description = "OK", body = LoginResult), Failures))]
pub(crate) async fn login(
    State(app): State<Arc<App>>,
    source: Source,
    Body(login): Body<Login>,
) -> Result<Json<LoginResult>, Failure> {
    app.throttle_sign_in(&login.username, &source).await?;
    let new_password = login.new_password.as_ref();
    let step = app.pool.sign_in(&login.username, &login.password, new_password).await?;
    Ok(Json(step.into()))
}
