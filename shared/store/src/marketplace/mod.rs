//! The marketplace: its listings, the partners that may see them, what their
//! deployments have of them, and the customers whom their providers see.

mod approvals;
mod customers;
mod enablement;
mod listings;
mod partners;

use std::fmt;

use attesta_identity::SecretHash;
use attesta_model::marketplace::{Categories, masked};
use attesta_model::{ListingId, OrganisationId, Result, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::table::{Item, indexed, to_item};
use crate::{keys, patterns};

pub use approvals::{ApprovalOfStaff, ApprovedPage};
pub use listings::{ListingFields, ListingPage, NewListing};
pub use partners::{ClosedPartner, NewPartner, PartnerOfStaff, PartnerPage};

/// A JSON object that is kept as text, since a table nests only so deep. It may
/// hold secrets: nothing of it is printed.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Document(pub Map<String, Value>);

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Document")
    }
}

impl TryFrom<String> for Document {
    type Error = serde_json::Error;

    fn try_from(text: String) -> serde_json::Result<Self> {
        serde_json::from_str(&text).map(Self)
    }
}

impl From<Document> for String {
    fn from(document: Document) -> Self {
        Value::Object(document.0).to_string()
    }
}

/// A listing of the marketplace: a third party's provider that partners may
/// embed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Listing {
    /// Its identifier.
    pub id: ListingId,
    /// What is said of it.
    #[serde(flatten)]
    pub fields: ListingFields,
    /// The beginning of its API key, which is public.
    pub key_beginning: String,
    /// The hash of its API key.
    pub key_hash: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// From when on it is gone, and kept for the record.
    pub deleted_at: Option<Timestamp>,
    /// Goes up by one with each change.
    pub revision: u32,
}

impl Listing {
    /// Its API key as it is shown: the public beginning and a mask.
    #[must_use]
    pub fn shown_key(&self) -> String {
        format!("{}…****", self.key_beginning)
    }

    /// Its configuration as it is shown: without secrets.
    #[must_use]
    pub fn shown_configuration(&self) -> Map<String, Value> {
        masked(&self.fields.configuration.0)
    }

    fn item(&self) -> Result<Item> {
        to_item(patterns::LISTING, keys::listing(self.id), self)
    }

    /// Its categories, among those of all.
    fn categories_item(&self) -> Result<Item> {
        let row = Listed { id: self.id, categories: self.fields.categories.clone() };
        to_item(patterns::LISTING_CATEGORIES, keys::listing_categories(self.id), &row)
    }
}

/// The part of a listing that stands among those of all.
#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    id: ListingId,
    categories: Categories,
}

/// What an organisation is as a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partner {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// Its deployments, as it names them.
    pub deployments: Vec<String>,
    /// Whether it is being taken out: it is no partner any more.
    #[serde(default)]
    pub closing: bool,
    /// When it became one.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Goes up by one with each change.
    pub revision: u32,
}

impl Partner {
    fn item(&self) -> Result<Item> {
        let item = to_item(patterns::PARTNER, keys::partner(self.organisation_id), self)?;
        Ok(indexed(item, keys::PARTNERS.to_owned(), self.organisation_id.to_string()))
    }
}

/// That a partner may see a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The listing.
    pub listing_id: ListingId,
    /// How often it is enabled: by deployment and product type.
    pub enabled: u32,
    /// Who of the staff said so.
    pub approved_by: UserId,
    /// When.
    pub approved_at: Timestamp,
}

/// That a deployment of a partner has a product type of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Enablement {
    partner_id: OrganisationId,
    listing_id: ListingId,
    deployment: String,
    product_type: String,
    enabled_at: Timestamp,
}
