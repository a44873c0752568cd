//! Who calls, as far as a token tells.
//!
//! A principal identifies; what it may do is decided by the table, which is
//! why nothing here says anything about rights.

use attesta_model::{CredentialId, ProviderId, UserId};

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
}
