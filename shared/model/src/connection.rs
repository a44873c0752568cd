//! Whom an organisation deals with.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{OrganisationId, UserId};

/// What an organisation is to another that deals with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relationship {
    /// It trades with it.
    Trading,
    /// It stores for it.
    Storage,
    /// It carries for it.
    Carrier,
    /// It organises for it, and so may see its business units.
    Organiser,
}

/// That an organisation deals with another: one direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// With whom.
    pub other_id: OrganisationId,
    /// What the other is to it.
    #[serde(default)]
    pub relationships: BTreeSet<Relationship>,
    /// Whom it knows there.
    #[serde(default)]
    pub contacts: BTreeSet<UserId>,
    /// Those of them who may act in it.
    #[serde(default)]
    pub connected: BTreeSet<UserId>,
    /// Goes up by one with each change.
    pub version: u32,
    /// Since when.
    pub created_at: Timestamp,
}

impl Relationship {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Trading, Self::Storage, Self::Carrier, Self::Organiser];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trading => "trading",
            Self::Storage => "storage",
            Self::Carrier => "carrier",
            Self::Organiser => "organiser",
        }
    }

    /// The relationship of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relationship| relationship.name() == name)
    }
}
