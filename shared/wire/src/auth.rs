//! Who calls: tokens from headers, checked without a network call once the
//! issuer's keys are known.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use attesta_identity::{
    AppClients, KeyRing, MachineClaims, ProviderCaller, ProviderClaims, PublicKeys, TokenError,
    TokenUse, UserCaller, UserToken, Verifier,
};
use attesta_model::{Error, Result};
use attesta_store::Store;
use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::RwLock;

use crate::provider::Failure;

/// A future on the heap, for traits that are used as objects.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where an issuer's public keys come from.
pub trait KeySource: Debug + Send + Sync {
    /// The keys as they are published now.
    fn fetch(&self) -> Boxed<'_, Result<PublicKeys>>;
}

/// Our own keys are in the table.
impl KeySource for Store {
    fn fetch(&self) -> Boxed<'_, Result<PublicKeys>> {
        Box::pin(self.published_keys())
    }
}

/// Keys are asked for again at most this often.
const REFETCH_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// Checks the tokens of one issuer.
#[derive(Debug)]
pub struct Gate {
    verifier: Verifier,
    source: Box<dyn KeySource>,
    known: RwLock<Known>,
}

/// The keys known so far, and when they were asked for.
#[derive(Debug, Clone, Default)]
struct Known {
    keys: Arc<KeyRing>,
    fetched_at: Option<Timestamp>,
}

impl Gate {
    /// A gate for an issuer's tokens. Keys are fetched when first needed.
    #[must_use]
    pub fn new(issuer: impl Into<String>, source: impl KeySource + 'static) -> Self {
        let known = RwLock::new(Known::default());
        Self { verifier: Verifier::new(issuer), source: Box::new(source), known }
    }

    /// Whether a token says that it is for this gate. Nothing is believed yet.
    #[must_use]
    pub fn is_for(&self, token: &str) -> bool {
        self.verifier.is_named_by(token)
    }

    /// The provider behind a token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where it is not believed.
    pub async fn provider(
        &self,
        token: &str,
        token_use: TokenUse,
        now: Timestamp,
    ) -> Result<ProviderClaims> {
        self.check(now, |keys| self.verifier.provider(token, token_use, keys, now)).await
    }

    /// The provider behind an access token that may have expired.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where it is not believed.
    pub async fn expired_provider(&self, token: &str, now: Timestamp) -> Result<ProviderClaims> {
        self.check(now, |keys| self.verifier.expired_provider(token, TokenUse::Access, keys, now))
            .await
    }

    /// The machine behind an access token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where it is not believed.
    pub async fn machine(&self, token: &str, now: Timestamp) -> Result<MachineClaims> {
        self.check(now, |keys| self.verifier.machine(token, keys, now)).await
    }

    /// Checks with the keys known, and once more with newer ones where that
    /// may help and was not tried just now.
    async fn check<T>(
        &self,
        now: Timestamp,
        check: impl Fn(&KeyRing) -> Result<T, TokenError>,
    ) -> Result<T> {
        let known = self.known.read().await.clone();
        match check(&known.keys) {
            Err(TokenError::UnknownKey) if known.is_stale(now) => {
                let keys = self.refetch(&known, now).await?;
                check(&keys).map_err(refusal)
            }
            other => other.map_err(refusal),
        }
    }

    async fn refetch(&self, seen: &Known, now: Timestamp) -> Result<Arc<KeyRing>> {
        let mut known = self.known.write().await;
        if known.fetched_at == seen.fetched_at {
            let keys = Arc::new(KeyRing::new(&self.source.fetch().await?));
            *known = Known { keys, fetched_at: Some(now) };
        }
        Ok(Arc::clone(&known.keys))
    }
}

impl Known {
    fn is_stale(&self, now: Timestamp) -> bool {
        self.fetched_at.is_none_or(|at| now.duration_since(at) >= REFETCH_AFTER)
    }
}

const fn refusal(error: TokenError) -> Error {
    Error::Unauthenticated(match error {
        TokenError::Expired => "Invalid token: expired.",
        TokenError::Invalid | TokenError::UnknownKey | TokenError::Key => "Invalid token.",
    })
}

/// Checks the tokens of people, and of programs in their name.
#[derive(Debug)]
pub struct UserGate {
    gate: Gate,
    clients: AppClients,
}

impl UserGate {
    /// A gate for the tokens that a user pool gives to these app clients. Keys
    /// are fetched when first needed.
    #[must_use]
    pub fn new(
        issuer: impl Into<String>,
        clients: AppClients,
        source: impl KeySource + 'static,
    ) -> Self {
        Self { gate: Gate::new(issuer, source), clients }
    }

    /// Whether a token says that it is for this gate. Nothing is believed yet.
    #[must_use]
    pub fn is_for(&self, token: &str) -> bool {
        self.gate.is_for(token)
    }

    /// The user behind an access or ID token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where it is not believed.
    pub async fn user(&self, token: &str, now: Timestamp) -> Result<UserToken> {
        let verifier = &self.gate.verifier;
        self.gate.check(now, |keys| verifier.user(token, &self.clients, keys, now)).await
    }
}
/// What is said to who shows nothing at all.
pub const NOT_PROVIDED: Error =
    Error::Unauthenticated("Authentication credentials were not provided.");

/// The token of an `Authorization` header that reads `<scheme> <token>`.
///
/// # Errors
/// [`Error::Unauthenticated`] where there is none, or none of these schemes.
pub fn token<'a>(headers: &'a HeaderMap, schemes: &[&str]) -> Result<&'a str> {
    const INVALID: Error = Error::Unauthenticated("Invalid token.");
    let value = headers.get(AUTHORIZATION).ok_or(NOT_PROVIDED)?.to_str().map_err(|_| INVALID)?;
    let mut parts = value.split_ascii_whitespace();
    match (parts.next(), parts.next(), parts.next()) {
        (Some(scheme), Some(token), None)
            if schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme)) =>
        {
            Ok(token)
        }
        _ => Err(INVALID),
    }
}

/// State that can tell providers by their tokens.
pub trait KnowsProviders: Send + Sync + 'static {
    /// The gate for our own tokens.
    fn provider_gate(&self) -> &Gate;
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// A provider that calls, by its access token. Says who, not what they may do.
#[derive(Debug, Clone, Copy)]
pub struct AsProvider(pub ProviderCaller);

impl<S: KnowsProviders> FromRequestParts<Arc<S>> for AsProvider {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Failure> {
        let token = token(&parts.headers, &["JWT", "Bearer"])?;
        let gate = state.provider_gate();
        let claims = gate.provider(token, TokenUse::Access, state.now()).await?;
        Ok(Self(claims.caller()))
    }
}

/// State that can tell users by their tokens.
pub trait KnowsUsers: Send + Sync + 'static {
    /// The gate for the user pool's tokens.
    fn user_gate(&self) -> &UserGate;
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The user behind a request's token, and which of their tokens it is.
pub(crate) async fn user_of<S: KnowsUsers>(parts: &Parts, state: &S) -> Result<UserToken> {
    let token = token(&parts.headers, &["Bearer"])?;
    state.user_gate().user(token, state.now()).await
}

/// A user who calls a surface of the provider dialect, by their access or ID
/// token. Says who, not what they may do.
#[derive(Debug, Clone)]
pub struct AsUser(pub UserCaller);

impl<S: KnowsUsers> FromRequestParts<Arc<S>> for AsUser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Failure> {
        Ok(Self(user_of(parts, state.as_ref()).await?.caller))
    }
}

/// A provider or a user, by their access token. Says who, not what they may do.
#[derive(Debug, Clone)]
pub enum AsProviderOrUser {
    /// A provider.
    Provider(ProviderCaller),
    /// A user.
    User(UserCaller),
}

impl<S: KnowsProviders + KnowsUsers> FromRequestParts<Arc<S>> for AsProviderOrUser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, Failure> {
        if token(&parts.headers, &["Bearer"]).is_ok_and(|token| state.user_gate().is_for(token)) {
            let AsUser(caller) = AsUser::from_request_parts(parts, state).await?;
            return Ok(Self::User(caller));
        }
        let AsProvider(caller) = AsProvider::from_request_parts(parts, state).await?;
        Ok(Self::Provider(caller))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn header(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_token_stands_behind_a_known_scheme() {
        let schemes = ["JWT", "Bearer"];
        assert_eq!(token(&header("JWT abc"), &schemes), Ok("abc"));
        assert_eq!(token(&header("bearer abc"), &schemes), Ok("abc"));
        for bad in ["abc", "JWT", "JWT a b", "Basic abc", ""] {
            let refused = Err(Error::Unauthenticated("Invalid token."));
            assert_eq!(token(&header(bad), &schemes), refused, "{bad}");
        }
        assert!(token(&HeaderMap::new(), &schemes).is_err());
    }

    #[derive(Debug, Default)]
    struct Counting(Arc<AtomicUsize>);

    impl KeySource for Counting {
        fn fetch(&self) -> Boxed<'_, Result<PublicKeys>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { Ok(PublicKeys::none()) })
        }
    }

    #[tokio::test]
    async fn unknown_keys_are_asked_for_once_a_minute() {
        let fetched = Arc::new(AtomicUsize::new(0));
        let gate = Gate::new("urn:attesta:test", Counting(Arc::clone(&fetched)));
        let start = Timestamp::from_second(1_763_797_200).expect("in range");
        // A header with a key id that nobody has.
        let token = "eyJhbGciOiJFUzI1NiIsImtpZCI6IngifQ.e30.AAAA";
        for (second, fetches) in [(0, 1), (1, 1), (59, 1), (60, 2), (61, 2)] {
            let now = start + SignedDuration::from_secs(second);
            assert!(gate.provider(token, TokenUse::Access, now).await.is_err());
            assert_eq!(fetched.load(Ordering::Relaxed), fetches, "after {second} s");
        }
    }
}
