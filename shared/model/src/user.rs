//! People who sign in, and what they may do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{OrganisationId, Status, UserId};

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Their identifier; also their name in the user pool.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their given name.
    #[serde(default)]
    pub given_name: Option<String>,
    /// Their family name.
    #[serde(default)]
    pub family_name: Option<String>,
    /// Their e-mail address.
    pub email: String,
    /// Their telephone number, in the form of E.164.
    #[serde(default)]
    pub phone: Option<String>,
    /// Where they stand.
    pub status: Status,
    /// The organisation that they belong to; none for staff.
    pub organisation_id: Option<OrganisationId>,
    /// What they may do as staff; none for who is no staff.
    #[serde(default)]
    pub staff: Option<Staff>,
    /// What the user pool calls them in tokens (`sub`), once it is known.
    #[serde(default)]
    pub subject: Option<Uuid>,
    /// Goes up by one with each sign-out everywhere: tokens of an earlier
    /// number count no more.
    #[serde(default)]
    pub session: u32,
    /// Whether they sign in with a second factor, which staff must.
    #[serde(default)]
    pub second_factor: bool,
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

/// The role of whoever owns an organisation.
pub const OWNER: &str = "owner";

impl User {
    /// Somebody new who is nothing yet but a name and an address.
    #[must_use]
    pub fn new(id: UserId, name: impl Into<String>, email: &str, now: Timestamp) -> Self {
        Self {
            id,
            name: name.into(),
            given_name: None,
            family_name: None,
            email: email.to_owned(),
            phone: None,
            status: Status::Active,
            organisation_id: None,
            staff: None,
            subject: None,
            session: 0,
            second_factor: false,
            created_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_of_old_is_no_staff_and_in_the_first_session() {
        let user = serde_json::json!({
            "id": "0197f0a0-0000-7000-8000-00000000000a",
            "name": "Una",
            "email": "una@example.com",
            "status": "active",
            "organisation_id": null,
            "created_at": "2025-01-01T00:00:00Z",
        });
        let user: User = serde_json::from_value(user).expect("a user");
        assert_eq!((user.staff, user.session, user.second_factor), (None, 0, false));
    }
}
