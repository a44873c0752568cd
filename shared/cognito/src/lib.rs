//! The Cognito adapter: signing people in, through a confidential app client
//! and the server-side flows alone.

mod error;

use std::collections::HashMap;

use attesta_model::{Error, Result};
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, ChallengeNameType,
};
use aws_types::SdkConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use tokio::sync::OnceCell;

use error::refused;

/// A user pool and the app client that people sign in through.
#[derive(Debug)]
pub struct UserPool {
    client: Client,
    pool_id: String,
    client_id: String,
    client_secret: OnceCell<SecretString>,
}

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

const NEW_PASSWORD: ChallengeNameType = ChallengeNameType::NewPasswordRequired;

impl UserPool {
    /// A pool and an app client of it.
    #[must_use]
    pub fn new(config: &SdkConfig, pool_id: String, client_id: String) -> Self {
        let client = Client::new(config);
        Self { client, pool_id, client_id, client_secret: OnceCell::new() }
    }

    /// Gets the app client's secret ahead of the first sign-in.
    ///
    /// # Errors
    /// When Cognito can't be reached.
    pub async fn ready(&self) -> Result<()> {
        self.secret().await.map(drop)
    }

    /// Signs a user in by any name of theirs. Where they must choose another
    /// password, and nothing else, and gave it along, that is answered at once.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a wrong password, an unknown user and a
    /// disabled one alike; [`Error::Invalid`] for a new password that the
    /// pool's policy refuses; [`Error::Throttled`].
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
            .map_err(|error| refused("AdminInitiateAuth", &error))?;
        let name = answer.challenge_name.clone();
        let step = outcome(
            answer.authentication_result,
            answer.challenge_name,
            answer.session,
            answer.challenge_parameters,
        )?;
        match (step, new_password) {
            (SignIn::Challenge(challenge), Some(password))
                if name == Some(NEW_PASSWORD) && challenge.missing_attributes.is_empty() =>
            {
                self.set_new_password(username, &challenge, password).await
            }
            (step, _) => Ok(step),
        }
    }

    async fn set_new_password(
        &self,
        username: &str,
        challenge: &Challenge,
        password: &SecretString,
    ) -> Result<SignIn> {
        let username = challenge.user_id.as_deref().unwrap_or(username);
        let session = challenge.session.as_ref().map(|session| session.expose_secret().to_owned());
        let answer = self
            .client
            .admin_respond_to_auth_challenge()
            .user_pool_id(&self.pool_id)
            .client_id(&self.client_id)
            .challenge_name(NEW_PASSWORD)
            .set_session(session)
            .challenge_responses("USERNAME", username)
            .challenge_responses("NEW_PASSWORD", password.expose_secret())
            .challenge_responses("SECRET_HASH", self.secret_hash(username).await?)
            .send()
            .await
            .map_err(|error| refused("AdminRespondToAuthChallenge", &error))?;
        outcome(
            answer.authentication_result,
            answer.challenge_name,
            answer.session,
            answer.challenge_parameters,
        )
    }

    /// Proves that a call comes from the app client: HMAC-SHA256 of user name
    /// and client id under the client's secret.
    async fn secret_hash(&self, username: &str) -> Result<String> {
        let secret = self.secret().await?.expose_secret();
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(Error::internal)?;
        let mac = mac.chain_update(username.as_bytes()).chain_update(self.client_id.as_bytes());
        Ok(STANDARD.encode(mac.finalize().into_bytes()))
    }

    async fn secret(&self) -> Result<&SecretString> {
        self.client_secret.get_or_try_init(|| self.fetch_secret()).await
    }

    async fn fetch_secret(&self) -> Result<SecretString> {
        let answer = self
            .client
            .describe_user_pool_client()
            .user_pool_id(&self.pool_id)
            .client_id(&self.client_id)
            .send()
            .await
            .map_err(|error| Error::call("DescribeUserPoolClient", &error))?;
        let secret = answer.user_pool_client.and_then(|client| client.client_secret);
        secret.map(Into::into).ok_or_else(|| Error::internal("an app client without a secret"))
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
