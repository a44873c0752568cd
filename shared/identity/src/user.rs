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
        let claims: Claims = self.signed_claims(token, keys, now)?;
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
    use super::*;
    use crate::{PublicKeys, SigningKey};
    use jiff::SignedDuration;
    use jsonwebtoken::jwk::JwkSet;
    use serde_json::{Value, json};

    const POOL: &str = "https://pool.test";
    const USER: &str = "0197f0a0-0000-7000-8000-00000000000a";
    const API_TOKEN: &str = "0197f0a0-0000-7000-8000-00000000000b";

    fn now() -> Timestamp {
        Timestamp::from_second(1_763_797_200).expect("in range")
    }

    fn key() -> SigningKey {
        let text = "a text of the user pool's, which is another issuer than we are, 64 c";
        SigningKey::derive(text).expect("derivable")
    }

    fn clients() -> AppClients {
        AppClients { people: "people".to_owned(), api_tokens: "programs".to_owned() }
    }

    fn check_at(claims: &Value, now: Timestamp) -> Result<UserToken, TokenError> {
        let keys = KeyRing::new(&PublicKeys(JwkSet { keys: vec![key().public()] }));
        let token = key().sign(claims).expect("signed");
        Verifier::new(POOL).user(&token, &clients(), &keys, now)
    }

    fn check(claims: &Value) -> Result<UserToken, TokenError> {
        check_at(claims, now())
    }

    fn access() -> Value {
        json!({
            "iss": POOL,
            "sub": "2f6f7c3e-0000-4000-8000-000000000001",
            "token_use": "access",
            "client_id": "people",
            "username": USER,
            "session_version": "3",
            "iat": now().as_second(),
            "exp": now().as_second() + 3600,
        })
    }

    fn id() -> Value {
        json!({
            "iss": POOL,
            "sub": "2f6f7c3e-0000-4000-8000-000000000001",
            "token_use": "id",
            "aud": "people",
            "cognito:username": USER,
            "session_version": 3,
            "exp": now().as_second() + 3600,
        })
    }

    fn with(mut claims: Value, name: &str, value: Value) -> Value {
        claims[name] = value;
        claims
    }

    fn without(mut claims: Value, name: &str) -> Value {
        claims.as_object_mut().expect("an object").remove(name);
        claims
    }

    #[test]
    fn access_and_id_tokens_name_the_same_user() {
        let user_id = UserId(USER.parse().expect("a UUID"));
        let caller = UserCaller { user_id, session: 3, api_token: None };
        let token = |token_use| Ok(UserToken { caller: caller.clone(), token_use });
        assert_eq!(check(&access()), token(UserTokenUse::Access));
        assert_eq!(check(&id()), token(UserTokenUse::Id));
    }

    #[test]
    fn a_token_that_was_given_for_an_api_token_names_it() {
        let claims = with(access(), "client_id", json!("programs"));
        let claims = with(claims, API_TOKEN_CLAIM, json!(API_TOKEN));
        let named = check(&claims).map(|user| user.caller.api_token.map(|id| id.to_string()));
        assert_eq!(named, Ok(Some(API_TOKEN.to_owned())));
    }

    /// What is signed by the right key, and still no token of a user's.
    #[test]
    fn what_is_no_users_token_is_not_believed() {
        for (why, claims) in [
            ("another pool", with(access(), "iss", json!("https://other.test"))),
            ("no pool", without(access(), "iss")),
            ("another app client", with(access(), "client_id", json!("stranger"))),
            ("another app client, ID", with(id(), "aud", json!("stranger"))),
            ("no app client", without(access(), "client_id")),
            (
                "an ID token's app client",
                with(without(access(), "client_id"), "aud", json!("people")),
            ),
            (
                "an API token through the people's client",
                with(access(), API_TOKEN_CLAIM, json!(API_TOKEN)),
            ),
            (
                "no API token through the programs' client",
                with(access(), "client_id", json!("programs")),
            ),
            ("an API token that is none", with(access(), API_TOKEN_CLAIM, json!("x"))),
            ("a refresh token", with(access(), "token_use", json!("refresh"))),
            ("no use", without(access(), "token_use")),
            (
                "a name that is no id of ours",
                with(access(), "username", json!("somebody@example.com")),
            ),
            ("no name", without(access(), "username")),
            (
                "an access token's name",
                with(without(id(), "cognito:username"), "username", json!(USER)),
            ),
            ("no session", without(access(), SESSION_CLAIM)),
            ("a session that is none", with(access(), SESSION_CLAIM, json!("-1"))),
            ("no end", without(access(), "exp")),
        ] {
            assert_eq!(check(&claims), Err(TokenError::Invalid), "{why}");
        }
    }

    #[test]
    fn expiry_allows_a_minute_between_two_clocks() {
        let at = |seconds| check_at(&access(), now() + SignedDuration::from_secs(seconds));
        assert!(at(3600 + 59).is_ok());
        assert_eq!(at(3600 + 60), Err(TokenError::Expired));
    }

    #[test]
    fn an_access_token_names_its_user() {
        let named = |claims: &Value| user_named_by(&key().sign(claims).expect("signed"));
        assert_eq!(named(&access()), Some(UserId(USER.parse().expect("an id"))));
        assert_eq!(named(&id()), None);
        assert_eq!(named(&json!({"username": "somebody"})), None);
        assert_eq!(user_named_by("no token"), None);
    }
}
