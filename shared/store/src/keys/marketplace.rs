//! The marketplace: listings, partners, and what these have.

use super::*;

/// The partition of the categories of all listings of the marketplace.
pub const LISTINGS: &str = "TPPS";
/// The index's partition of partners.
pub const PARTNERS: &str = "PARTNERS";
/// The start of the sort keys of the listings that a partner may see.
pub const APPROVED_PREFIX: &str = "APPROVED#";
/// The start of the sort keys of what a partner's deployments have.
pub const ENABLED_PREFIX: &str = "ENABLED#";

/// A listing of the marketplace.
#[must_use]
pub fn listing(id: ListingId) -> Key {
    Key::new(format!("TPP#{id}"), "TPP")
}

/// A listing's categories, among those of all.
#[must_use]
pub fn listing_categories(id: ListingId) -> Key {
    Key::new(LISTINGS.to_owned(), id.to_string())
}

/// What an organisation is as a partner.
#[must_use]
pub fn partner(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "PARTNER")
}

/// The partition of what a partner may see, and of what its deployments have.
#[must_use]
pub fn partner_listings(partner: OrganisationId) -> String {
    format!("ORGANISATION#{partner}#TPPS")
}

/// A listing that a partner may see.
#[must_use]
pub fn approval(partner: OrganisationId, listing: ListingId) -> Key {
    Key::new(partner_listings(partner), format!("{APPROVED_PREFIX}{listing}"))
}

/// A product type of a listing that a deployment of a partner has.
#[must_use]
pub fn enablement(
    partner: OrganisationId,
    listing: ListingId,
    deployment: &str,
    product_type: &str,
) -> Key {
    let place = format!("{}#{}", escape(deployment), escape(product_type));
    Key::new(partner_listings(partner), format!("{}{place}", enablements_of(listing)))
}

/// The start of the places of what a partner's deployments have of a listing.
#[must_use]
pub fn enablements_of(listing: ListingId) -> String {
    format!("{ENABLED_PREFIX}{listing}#")
}

/// A partner's customer with a listing.
#[must_use]
pub fn partner_customer(partner: OrganisationId, listing: ListingId, id: Uuid) -> Key {
    Key::new(partner_customers(partner, listing), format!("CUSTOMER#{id}"))
}

/// Whose a key of a customer is.
#[must_use]
pub fn partner_customer_key(
    partner: OrganisationId,
    listing: ListingId,
    field: CustomerKey,
    key: &str,
) -> Key {
    let place = format!("{}#{}", field.name(), escape(key));
    Key::new(format!("{}#{place}", partner_customers(partner, listing)), "CUSTOMER_KEY")
}

fn partner_customers(partner: OrganisationId, listing: ListingId) -> String {
    format!("ORGANISATION#{partner}#TPP#{listing}")
}
