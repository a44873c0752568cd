//! Who calls, as far as a token tells.
//!
//! A principal identifies; what it may do is decided by the table, which is
//! why nothing here says anything about rights.

use attesta_model::{ApiTokenId, CredentialId, ProviderId, UserId};

use crate::MachineCaller;

/// A provider's worker, identified by its own token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderCaller {
    /// The provider.
    pub provider_id: ProviderId,
    /// The credential that the token was given for.
    pub credential_id: CredentialId,
}

/// A person, identified by a token of the user pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCaller {
    /// The user.
    pub user_id: UserId,
    /// In which of their sessions the token was given: counted up by the table
    /// with each sign-out everywhere.
    pub session: u32,
    /// The API token that the token was given for, if it was for one: the
    /// caller may then do no more than that allows.
    pub api_token: Option<ApiTokenId>,
}

impl UserCaller {
    /// A user who signed in themselves and never signed out yet.
    #[must_use]
    pub const fn new(user_id: UserId) -> Self {
        Self { user_id, session: 0, api_token: None }
    }
}

/// A machine or a user, where both may call.
#[derive(Debug, Clone)]
pub enum Caller {
    /// A machine.
    Machine(MachineCaller),
    /// A user.
    User(UserCaller),
}
