//! Organisations and the people they bring.

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
    /// What it has subscribed to.
    #[serde(default)]
    pub modules: Vec<Module>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A part of the platform that an organisation has subscribed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// Its identifier: `trading`.
    pub id: String,
    /// Its name, for people.
    pub name: Option<String>,
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
