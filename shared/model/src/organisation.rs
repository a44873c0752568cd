//! Organisations, the people in them and the people they bring.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{LearnerId, OrganisationId, UserId};

/// Where an organisation or a user stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In use.
    Active,
    /// Switched off.
    Inactive,
    /// Made, not yet in use.
    Pending,
    /// In use, and checked by staff.
    Verified,
    /// Gone, kept for the record.
    Deleted,
}

impl Status {
    /// Whether it may act.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::Verified)
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: Status,
    /// The user who owns it.
    pub owner_id: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Their identifier.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// Where they stand.
    pub status: Status,
    /// The organisation that they belong to; none for staff.
    pub organisation_id: Option<OrganisationId>,
    /// What they may do as staff; none for who is no staff.
    #[serde(default)]
    pub staff: Option<Staff>,
    /// When they were made.
    pub created_at: Timestamp,
}

/// What somebody who works for the platform may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Staff {
    /// See and change everything that staff look after.
    Admin,
    /// See it.
    ReadOnly,
}

/// What a user may do in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The user.
    pub user_id: UserId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The roles that they have in it.
    pub roles: Vec<String>,
}

/// A person who is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learner {
    /// Their identifier, chosen by the organisation.
    pub id: LearnerId,
    /// The organisation that they belong to.
    pub organisation_id: OrganisationId,
    /// When they were made.
    pub created_at: Timestamp,
    /// Since when they are being erased: nothing is taken of them any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasing_at: Option<Timestamp>,
    /// Since when nothing is kept of them but this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
}

impl Learner {
    /// Whether anything may be taken and kept of them.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.erasing_at.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_of_old_is_no_staff() {
        let user = serde_json::json!({
            "id": "0197f0a0-0000-7000-8000-00000000000a",
            "name": "Una",
            "email": "una@example.com",
            "status": "active",
            "organisation_id": null,
            "created_at": "2025-01-01T00:00:00Z",
        });
        let user: User = serde_json::from_value(user).expect("a user");
        assert_eq!(user.staff, None);
    }
}
