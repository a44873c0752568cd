//! The tokens that a user pool gives to people, and to programs in their name.

use attesta_model::{ApiTokenId, UserId};
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::token::in_time;
use crate::{KeyRing, TokenError, UserCaller, Verifier};

/// The app clients whose tokens count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppClients {
    /// The one that people sign in through.
    pub people: String,
    /// The one that API tokens are exchanged through. Its tokens name the API
    /// token, and those of the other don't.
    pub api_tokens: String,
}

/// Which of a user's tokens it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserTokenUse {
    /// The access token, which the user pool itself takes too.
    Access,
    /// The ID token.
    Id,
}

/// The claim that names the session.
pub const SESSION_CLAIM: &str = "session_version";
/// The claim that names the API token.
pub const API_TOKEN_CLAIM: &str = "api_token_id";
/// The claim that lists the roles that an API token is narrowed to.
pub const ROLES_CLAIM: &str = "roles";

/// The claims of a user's token that count here. Those of access and ID tokens
/// differ in how they name the app client and the user.
#[derive(Debug, Clone, Deserialize)]
struct Claims {
    token_use: UserTokenUse,
    client_id: Option<String>,
    aud: Option<String>,
    username: Option<Uuid>,
    #[serde(rename = "cognito:username")]
    cognito_username: Option<Uuid>,
    session_version: Number,
    api_token_id: Option<Uuid>,
    exp: i64,
}

/// A number, which a user pool may have written as a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Number {
    Number(u32),
    Text(String),
}

impl Number {
    fn get(&self) -> Option<u32> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
        }
    }
}

/// A user who showed a token that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserToken {
    /// Who it is.
    pub caller: UserCaller,
    /// Which of their tokens they showed.
    pub token_use: UserTokenUse,
}

/// Whom an access token says that it is for. Nothing is checked: this is for a
/// token that comes right from the user pool.
#[must_use]
pub fn user_named_by(access_token: &str) -> Option<UserId> {
    #[derive(Deserialize)]
    struct Named {
        username: Uuid,
    }
    let named = jsonwebtoken::dangerous::insecure_decode_claims::<Named>(access_token);
    named.ok().map(|named| UserId(named.username))
}

impl Verifier {
    /// The user behind an access or ID token, if it is good now and was given
    /// to one of the app clients.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn user(
        &self,
        token: &str,
        clients: &AppClients,
        keys: &KeyRing,
        now: Timestamp,
    ) -> Result<UserToken, TokenError> {
        let claims: Claims = self.signed_claims(token, keys)?;
        in_time(claims.exp, now)?;
        claims.user(clients).ok_or(TokenError::Invalid)
    }
}

impl Claims {
    fn user(self, clients: &AppClients) -> Option<UserToken> {
        let (client, user) = match self.token_use {
            UserTokenUse::Access => (self.client_id?, self.username?),
            UserTokenUse::Id => (self.aud?, self.cognito_username?),
        };
        let expected =
            if self.api_token_id.is_some() { &clients.api_tokens } else { &clients.people };
        let caller = UserCaller {
            user_id: UserId(user),
            session: self.session_version.get()?,
            api_token: self.api_token_id.map(ApiTokenId),
        };
        (client == *expected).then_some(UserToken { caller, token_use: self.token_use })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::SigningKey;

    #[test]
    fn an_access_token_names_its_user() {
        let key = SigningKey::derive(&"text".repeat(16)).expect("a key");
        let token = |claims| key.sign(&claims).expect("signed");
        let named = token(json!({"username": Uuid::max()}));
        assert_eq!(user_named_by(&named), Some(UserId(Uuid::max())));
        for unnamed in [token(json!({})), token(json!({"username": "somebody"})), String::new()] {
            assert_eq!(user_named_by(&unnamed), None);
        }
    }
}
