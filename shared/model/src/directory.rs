//! What the user pool is to follow of what the table says.

use serde::{Deserialize, Serialize};

use crate::{OrganisationId, UserId};

/// Something to be done in the user pool. Done twice, it is as done once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DirectoryJob {
    /// Have a user in the pool as the table has them: made if need be, and in
    /// the groups that they belong to.
    Enter {
        /// The user.
        user_id: UserId,
        /// What somebody who is made is sent.
        welcome: Welcome,
    },
    /// Send a user who has never signed in their invitation, again if need be.
    Invite {
        /// The user.
        user_id: UserId,
    },
    /// End every session of a user.
    SignOut {
        /// The user.
        user_id: UserId,
    },
    /// Have every user of an organisation in the pool as the table has them.
    Sync {
        /// The organisation.
        organisation_id: OrganisationId,
        /// After which user it goes on, where it was begun.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<UserId>,
    },
    /// Have no such user in the pool any more.
    Remove {
        /// The user.
        user_id: UserId,
    },
}

/// What somebody who is new in the pool is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Welcome {
    /// Nothing: a password is made up that nobody is told.
    Silent,
    /// An e-mail with a password to sign in once.
    Invite,
}
