//! Signing in, in as many steps as it takes, and staying in.

use std::collections::HashMap;
use std::fmt;

use attesta_model::{Error, Result};
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, ChallengeNameType,
};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Kind, told};
use crate::{UserPool, once};

/// Whoever it was and whatever did not fit, the answer is the same.
const SIGN_IN: Kind = Kind::Proof("The user name or the password is wrong.");
const SECRET_REFUSED: &str = "The link or token is wrong, was used or has expired.";
const REFRESH_REFUSED: &str = "The refresh token does not count any more.";

/// What a sign-in comes to.
#[derive(Debug)]
pub enum SignIn {
    /// The user is in.
    Tokens(Tokens),
    /// The user has something to answer first.
    Challenge(Challenge),
}

/// The tokens of a user who is in.
#[derive(Debug)]
pub struct Tokens {
    /// Who the user is.
    pub id: SecretString,
    /// What operations are called with.
    pub access: SecretString,
    /// What gets the other two anew.
    pub refresh: Option<SecretString>,
    /// How long the first two are good, in seconds.
    pub expires_in: i32,
}

/// What a user has to answer.
#[derive(Debug)]
pub struct Challenge {
    /// Its name, as Cognito has it.
    pub name: String,
    /// What carries the sign-in on.
    pub session: Option<SecretString>,
    /// The user's name in the pool.
    pub user_id: Option<String>,
    /// Attributes that the answer must bring along.
    pub missing_attributes: Vec<String>,
}

/// A user's answer to a challenge.
pub struct ChallengeAnswer {
    /// The user's name in the pool, as the challenge gave it.
    pub username: String,
    /// What the challenge gave to carry the sign-in on.
    pub session: SecretString,
    /// The answer itself.
    pub step: Step,
}

impl fmt::Debug for ChallengeAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChallengeAnswer").field("step", &self.step).finish_non_exhaustive()
    }
}

/// What a challenge asks for.
#[derive(Debug)]
pub enum Step {
    /// A password of the user's own.
    NewPassword(SecretString),
    /// The six digits that the user's authenticator shows.
    Code(SecretString),
}

impl Step {
    /// The challenge's name, and the answer with its name.
    fn parts(&self) -> (ChallengeNameType, &'static str, &SecretString) {
        match self {
            Self::NewPassword(password) => {
                (ChallengeNameType::NewPasswordRequired, "NEW_PASSWORD", password)
            }
            Self::Code(code) => {
                (ChallengeNameType::SoftwareTokenMfa, "SOFTWARE_TOKEN_MFA_CODE", code)
            }
        }
    }
}

impl UserPool {
    /// Signs a user in by any name of theirs. Where they must choose another
    /// password, and nothing else, and gave it along, that is answered at once.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a wrong password, an unknown user, a
    /// disabled one and one whom a trigger refuses alike; [`Error::Invalid`]
    /// for a new password that the pool's policy refuses; [`Error::Throttled`].
    pub async fn sign_in(
        &self,
        username: &str,
        password: &SecretString,
        new_password: Option<&SecretString>,
    ) -> Result<SignIn> {
        let answer = self
            .client
            .admin_initiate_auth()
            .user_pool_id(&self.pool_id)
            .client_id(&self.client_id)
            .auth_flow(AuthFlowType::AdminUserPasswordAuth)
            .auth_parameters("USERNAME", username)
            .auth_parameters("PASSWORD", password.expose_secret())
            .auth_parameters("SECRET_HASH", self.secret_hash(username).await?)
            .send()
            .await
            .map_err(told(SIGN_IN, "AdminInitiateAuth"))?;
        let step = outcome(
            answer.authentication_result,
            answer.challenge_name,
            answer.session,
            answer.challenge_parameters,
        )?;
        match (step, new_password) {
            (SignIn::Challenge(challenge), Some(password))
                if challenge.name == ChallengeNameType::NewPasswordRequired.as_str()
                    && challenge.missing_attributes.is_empty() =>
            {
                let username = challenge.user_id.unwrap_or_else(|| username.to_owned());
                let missing = || Error::internal("a challenge without a session");
                let session = challenge.session.ok_or_else(missing)?;
                let step = Step::NewPassword(password.clone());
                self.answer(ChallengeAnswer { username, session, step }).await
            }
            (step, _) => Ok(step),
        }
    }

    /// Carries a sign-in on. There may be another challenge behind this one.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a wrong or an expired code or session, an
    /// unknown user, a disabled one and one whom a trigger refuses alike;
    /// [`Error::Invalid`] for a `newPassword` that the pool's policy refuses;
    /// [`Error::Throttled`].
    pub async fn answer(&self, answer: ChallengeAnswer) -> Result<SignIn> {
        let ChallengeAnswer { username, session, step } = answer;
        let (challenge, name, given) = step.parts();
        let given = given.expose_secret();
        self.respond(&username, &session, challenge, (name, given), None, SIGN_IN).await
    }

    /// Signs a user in, by the pool's own name of theirs, with a secret that
    /// our own trigger knows; the triggers are given the metadata along.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for whatever does not fit; [`Error::Throttled`].
    /// Once the secret went to the trigger it may be spent, whatever the error.
    pub async fn sign_in_by_secret(
        &self,
        username: &str,
        secret: &SecretString,
        metadata: &[(&str, &str)],
    ) -> Result<Tokens> {
        const KIND: Kind = Kind::Proof(SECRET_REFUSED);
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let metadata: HashMap<_, _> = metadata.iter().map(owned).collect();
        let metadata = (!metadata.is_empty()).then_some(metadata);
        let answer = self
            .client
            .admin_initiate_auth()
            .user_pool_id(&self.pool_id)
            .client_id(&self.client_id)
            .auth_flow(AuthFlowType::CustomAuth)
            .auth_parameters("USERNAME", username)
            .auth_parameters("SECRET_HASH", self.secret_hash(username).await?)
            .set_client_metadata(metadata.clone())
            .send()
            .await
            .map_err(told(KIND, "AdminInitiateAuth"))?;
        let refused = || Error::Unauthenticated(SECRET_REFUSED);
        let challenge = ChallengeNameType::CustomChallenge;
        let is_asked = answer.challenge_name.as_ref() == Some(&challenge);
        let session = answer.session.filter(|_| is_asked).ok_or_else(refused)?.into();
        let given = ("ANSWER", secret.expose_secret());
        match self.respond(username, &session, challenge, given, metadata, KIND).await? {
            SignIn::Tokens(tokens) => Ok(tokens),
            SignIn::Challenge(_) => Err(refused()),
        }
    }

    /// New tokens for a user, by the pool's own name of theirs, who is in.
    /// There is no new refresh token unless the pool changes it.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a token that does not count, or is not
    /// this user's; [`Error::Throttled`].
    pub async fn refresh(&self, username: &str, refresh: &SecretString) -> Result<Tokens> {
        let answer = self
            .client
            .admin_initiate_auth()
            .user_pool_id(&self.pool_id)
            .client_id(&self.client_id)
            .auth_flow(AuthFlowType::RefreshTokenAuth)
            .auth_parameters("REFRESH_TOKEN", refresh.expose_secret())
            .auth_parameters("SECRET_HASH", self.secret_hash(username).await?)
            .send()
            .await
            .map_err(told(Kind::Proof(REFRESH_REFUSED), "AdminInitiateAuth"))?;
        let tokens = answer.authentication_result;
        match outcome(tokens, answer.challenge_name, answer.session, None)? {
            SignIn::Tokens(tokens) => Ok(tokens),
            SignIn::Challenge(_) => Err(Error::Unauthenticated(REFRESH_REFUSED)),
        }
    }

    async fn respond(
        &self,
        username: &str,
        session: &SecretString,
        challenge: ChallengeNameType,
        (name, given): (&str, &str),
        metadata: Option<HashMap<String, String>>,
        kind: Kind,
    ) -> Result<SignIn> {
        let answer = self
            .client
            .admin_respond_to_auth_challenge()
            .user_pool_id(&self.pool_id)
            .client_id(&self.client_id)
            .challenge_name(challenge)
            .session(session.expose_secret())
            .challenge_responses("USERNAME", username)
            .challenge_responses(name, given)
            .challenge_responses("SECRET_HASH", self.secret_hash(username).await?)
            .set_client_metadata(metadata)
            .customize()
            .config_override(once())
            .send()
            .await
            .map_err(told(kind, "AdminRespondToAuthChallenge"))?;
        outcome(
            answer.authentication_result,
            answer.challenge_name,
            answer.session,
            answer.challenge_parameters,
        )
    }
}
/// Reads an answer of Cognito's, which is either tokens or a challenge.
fn outcome(
    tokens: Option<AuthenticationResultType>,
    challenge: Option<ChallengeNameType>,
    session: Option<String>,
    parameters: Option<HashMap<String, String>>,
) -> Result<SignIn> {
    if let Some(tokens) = tokens {
        let missing = || Error::internal("Cognito answered without a token");
        return Ok(SignIn::Tokens(Tokens {
            id: tokens.id_token.ok_or_else(missing)?.into(),
            access: tokens.access_token.ok_or_else(missing)?.into(),
            refresh: tokens.refresh_token.map(Into::into),
            expires_in: tokens.expires_in,
        }));
    }
    let name = challenge.ok_or_else(|| Error::internal("neither tokens nor a challenge"))?;
    let mut parameters = parameters.unwrap_or_default();
    let required = parameters.remove("requiredAttributes").unwrap_or_default();
    Ok(SignIn::Challenge(Challenge {
        name: name.as_str().to_owned(),
        session: session.map(Into::into),
        user_id: parameters.remove("USER_ID_FOR_SRP"),
        missing_attributes: listed(&required),
    }))
}

/// The names in a JSON list of texts, as Cognito writes one:
/// `["userAttributes.name"]`.
fn listed(list: &str) -> Vec<String> {
    let names = list.trim().trim_start_matches('[').trim_end_matches(']').split(',');
    let names = names.map(|name| name.trim().trim_matches('"'));
    let names = names.map(|name| name.trim_start_matches("userAttributes."));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_attributes_are_read_as_names() {
        assert_eq!(listed("[]"), Vec::<String>::new());
        assert_eq!(listed(""), Vec::<String>::new());
        assert_eq!(listed(r#"["userAttributes.name","email"]"#), ["name", "email"]);
    }
}
