//! `POST /customers/auth/challenge`: a person answers what a sign-in asks for
//! besides the password.

use std::sync::Arc;

use attesta_cognito::{ChallengeAnswer, Step};
use attesta_model::Reason;
use attesta_wire::customer::{Body, Failure, Failures};
use attesta_wire::{Code, Field, Fields, FromFields, Hidden, Source};
use axum::Json;
use axum::extract::State;
use secrecy::SecretString;
use serde_json::Value;
use utoipa::ToSchema;

use crate::App;
use crate::fields::{Name, Password};
use crate::throttle::CHALLENGE;
use crate::tokens::LoginResult;

/// The challenges that can be answered here.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
enum ChallengeName {
    NewPasswordRequired,
    SoftwareTokenMfa,
}

impl Field for ChallengeName {
    fn from_value(value: Value) -> Result<Self, Reason> {
        match String::from_value(value)?.as_str() {
            "NEW_PASSWORD_REQUIRED" => Ok(Self::NewPasswordRequired),
            "SOFTWARE_TOKEN_MFA" => Ok(Self::SoftwareTokenMfa),
            other => Err(Reason::NotAChoice(other.chars().take(40).collect())),
        }
    }
}

/// An answer, with what the challenge gave along.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "what is declared of an answer, which is read as a step")]
struct ChallengeReply {
    challenge_name: ChallengeName,
    /// Any name of the user's.
    username: String,
    #[schema(value_type = String)]
    session: SecretString,
    /// For `NEW_PASSWORD_REQUIRED`.
    #[schema(value_type = Option<String>, format = Password)]
    new_password: Option<SecretString>,
    /// For `SOFTWARE_TOKEN_MFA`: six digits.
    #[schema(value_type = Option<String>)]
    code: Option<SecretString>,
}

/// The same as it is read.
#[derive(Debug)]
pub(crate) struct Reply {
    username: String,
    session: SecretString,
    step: Step,
}

impl FromFields for Reply {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let challenge = fields.required("challengeName");
        let username = fields.required::<Name>("username");
        let session = fields.required::<Hidden<8192>>("session");
        let step = match challenge {
            Some(ChallengeName::NewPasswordRequired) => {
                fields.nullable::<Code>("code");
                fields.required::<Password>("newPassword").map(|own| Step::NewPassword(own.0))
            }
            Some(ChallengeName::SoftwareTokenMfa) => {
                fields.nullable::<Password>("newPassword");
                fields.required::<Code>("code").map(|code| Step::Code(code.0))
            }
            None => {
                fields.nullable::<Code>("code");
                fields.nullable::<Password>("newPassword");
                None
            }
        };
        Some(Self { username: username?.0, session: session?.0, step: step? })
    }
}

/// Answer a challenge
///
/// There may be another behind it. Whatever is wrong gets the same answer, but
/// for a new password that is too weak.
#[utoipa::path(post, path = "/customers/auth/challenge", operation_id = "answerChallenge",
    tag = "auth", security(()), request_body = ChallengeReply,
    responses((status = 200, description = "OK", body = LoginResult), Failures))]
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    source: Source,
    Body(Reply { username, session, step }): Body<Reply>,
) -> Result<Json<LoginResult>, Failure> {
    let named = app.named(username).await?;
    app.throttle(&CHALLENGE, &named.counted(), &source).await?;
    let username = named.in_pool();
    let step = app.pool.answer(ChallengeAnswer { username, session, step }).await?;
    Ok(Json(step.try_into()?))
}
