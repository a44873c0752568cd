//! What a sign-in comes to, as callers see it.
//!
//! To get new tokens, Cognito wants a proof over the pool's own name of the
//! user, which its refresh token doesn't tell. So what is handed out as one is
//! `<user>.<Cognito's token>`, and nobody but this module knows.

use attesta_cognito::SignIn;
use attesta_identity::user_named_by;
use attesta_model::{Error, Result, UserId};
use attesta_wire::customer::{Tokens, shown};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::ToSchema;

/// Tokens, or what the user has to answer first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginResult {
    #[schema(required)]
    tokens: Option<Tokens>,
    #[schema(required)]
    challenge: Option<Challenge>,
}

/// What a user has to answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Challenge {
    #[serde(serialize_with = "shown")]
    #[schema(value_type = Option<String>, required)]
    session: Option<SecretString>,
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

impl TryFrom<SignIn> for LoginResult {
    type Error = Error;

    fn try_from(step: SignIn) -> Result<Self> {
        match step {
            SignIn::Tokens(tokens) => tokens.try_into(),
            SignIn::Challenge(challenge) => {
                Ok(Self { tokens: None, challenge: Some(challenge.into()) })
            }
        }
    }
}

impl TryFrom<attesta_cognito::Tokens> for LoginResult {
    type Error = Error;

    fn try_from(tokens: attesta_cognito::Tokens) -> Result<Self> {
        Ok(Self { tokens: Some(handed_out(tokens)?), challenge: None })
    }
}

/// Cognito's tokens, as callers get them.
pub(crate) fn handed_out(tokens: attesta_cognito::Tokens) -> Result<Tokens> {
    let named = || user_named_by(tokens.access.expose_secret());
    let unnamed = || Error::internal("an access token that names no user");
    let refresh = tokens.refresh.map(|token| {
        let user = named().ok_or_else(unnamed)?;
        Ok(RefreshToken { user, token }.text())
    });
    Ok(Tokens {
        id: Some(tokens.id),
        access: Some(tokens.access),
        refresh: refresh.transpose()?,
        expires_in: Some(tokens.expires_in),
    })
}

impl From<attesta_cognito::Challenge> for Challenge {
    fn from(challenge: attesta_cognito::Challenge) -> Self {
        Self {
            session: challenge.session,
            challenge_parameters: Some(ChallengeParameters {
                missing_attributes: Some(challenge.missing_attributes),
                auth_platform_id: challenge.user_id,
            }),
            challenge_name: Some(challenge.name),
        }
    }
}

/// What gets a user new tokens.
#[derive(Debug)]
pub(crate) struct RefreshToken {
    /// Whose it says that it is: Cognito knows whether it is so.
    pub(crate) user: UserId,
    /// Cognito's own.
    pub(crate) token: SecretString,
}

impl RefreshToken {
    /// Takes one apart that was handed out.
    pub(crate) fn read(text: &SecretString) -> Option<Self> {
        let (user, token) = text.expose_secret().split_once('.')?;
        Some(Self { user: user.parse().ok()?, token: token.into() })
    }

    fn text(&self) -> SecretString {
        format!("{}.{}", self.user, self.token.expose_secret()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "0197f0a0-0000-7000-8000-00000000000a";

    #[test]
    fn a_refresh_token_reads_as_it_was_handed_out() {
        let user: UserId = USER.parse().expect("an id");
        // Cognito's own is an encrypted JWT, with dots in it.
        let handed = RefreshToken { user, token: "a.b..c".into() }.text();
        assert_eq!(handed.expose_secret(), format!("{USER}.a.b..c"));
        let read = RefreshToken::read(&handed).expect("one");
        assert_eq!((read.user, read.token.expose_secret()), (user, "a.b..c"));
    }

    #[test]
    fn what_was_not_handed_out_is_no_refresh_token() {
        for text in ["", ".", "a.b.c", "nobody.a.b.c", USER] {
            assert!(RefreshToken::read(&text.into()).is_none(), "{text}");
        }
    }

    #[test]
    fn no_secret_shows_when_an_answer_is_printed() {
        let token = || SecretString::from("zebra");
        let tokens = Tokens {
            id: Some(token()),
            access: Some(token()),
            refresh: Some(token()),
            expires_in: None,
        };
        let challenge =
            Challenge { session: Some(token()), challenge_parameters: None, challenge_name: None };
        let result = LoginResult { tokens: Some(tokens), challenge: Some(challenge) };
        assert!(!format!("{result:?} {result:#?}").contains("zebra"));
    }
}
