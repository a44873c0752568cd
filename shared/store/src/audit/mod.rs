//! The audit log: who did what to which thing, when, from where.
//!
//! Whoever serves a request does so [`within`] its origin; `access` notes who
//! was found to call. Whatever the table then writes on their behalf takes a row
//! along in the same transaction, so that there is no change without its row and
//! no row of what did not happen. A request may write more than once, and then
//! has as many rows. Outside of a request nothing is noted, and neither is what
//! a provider's worker writes, which is its own history.

mod context;
mod list;
mod things;
mod writing;

use attesta_model::{ApiTokenId, CredentialId, OrganisationId, Result, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Store;

pub use context::{Origin, carried, correlate, proved, within};
pub(crate) use context::{note_caller, note_organisation, note_provider};
pub use list::{AuditFilter, AuditPage, AuditPlace};
pub use things::Thing;
pub(crate) use writing::Auditor;

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Actor {
    /// Somebody who did not say who they are, as none has to who asks for an
    /// account.
    Anonymous,
    /// A user.
    User {
        /// Who it is.
        id: UserId,
    },
    /// Somebody who works for the platform.
    Staff {
        /// Who it is.
        id: UserId,
    },
    /// A program in a user's name.
    ApiToken {
        /// What it signed in with.
        id: ApiTokenId,
        /// In whose name.
        user_id: UserId,
    },
    /// A machine client.
    Machine {
        /// Its credential.
        id: CredentialId,
    },
}

impl Actor {
    /// What kind of actor it is, in a word.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::User { .. } => "user",
            Self::Staff { .. } => "staff",
            Self::ApiToken { .. } => "apiToken",
            Self::Machine { .. } => "machine",
        }
    }

    /// Which one of its kind it is.
    #[must_use]
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::Anonymous => None,
            Self::User { id } | Self::Staff { id } => Some(id.0),
            Self::ApiToken { id, .. } => Some(id.0),
            Self::Machine { id } => Some(id.0),
        }
    }

    /// The user behind it.
    #[must_use]
    pub const fn user_id(self) -> Option<UserId> {
        match self {
            Self::User { id } | Self::Staff { id } => Some(id),
            Self::ApiToken { user_id, .. } => Some(user_id),
            Self::Anonymous | Self::Machine { .. } => None,
        }
    }
}

impl Store {
    /// Tells the log of what was done outside of the table, to something that
    /// belongs to a user: nothing here goes along with it.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn audit_elsewhere(&self, kind: &str, of: Option<UserId>) -> Result<()> {
        let thing = Thing { kind: kind.to_owned(), id: of.map(|id| id.to_string()) };
        self.table.audit_alone(vec![thing]).await
    }
}

/// What somebody did. It names nobody and holds nothing but identifiers: no
/// name, no address, no value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// Its identifier.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What: the method and the path's template.
    pub operation: String,
    /// To which things.
    pub things: Vec<Thing>,
    /// The organisation that it concerns; none where it is the platform's.
    pub organisation_id: Option<OrganisationId>,
    /// What its request is found by elsewhere.
    pub correlation_id: String,
    /// From where: the hash of an address.
    pub source: String,
    /// When it is forgotten, in seconds since 1970.
    pub(crate) ttl: i64,
}
