//! Members and their sub-TPPs.

use super::*;

/// The index's partition of members.
pub const MEMBERS: &str = "MEMBERS";
/// The start of every member's place among all.
pub const MEMBER_PREFIX: &str = "MEMBER#";
/// The start of every sub-TPP's place.
pub const SUB_TPP_PREFIX: &str = "SUB_TPP#";
/// The partition of the sub-TPPs that await approval.
pub const SUB_TPP_APPROVALS: &str = "SUB_TPP_APPROVALS";

/// An organisation's role as a member.
#[must_use]
pub fn member(id: OrganisationId) -> Key {
    Key::new(format!("ORGANISATION#{id}"), "MEMBER")
}

/// A member's place among all.
#[must_use]
pub fn member_in_index(id: OrganisationId) -> String {
    format!("{MEMBER_PREFIX}{id}")
}

/// The partition of a member's sub-TPPs.
#[must_use]
pub fn sub_tpps(member: OrganisationId) -> String {
    format!("MEMBER#{member}#SUB_TPPS")
}

/// The index's partition of those of a member's sub-TPPs that have a name.
#[must_use]
pub fn sub_tpps_named(member: OrganisationId, name: &str) -> String {
    format!("MEMBER#{member}#NAMED#{}", escape(name))
}

/// A sub-TPP's place among its member's, in the table and in the index: by age.
#[must_use]
pub fn sub_tpp_place(id: SubTppId) -> String {
    format!("{SUB_TPP_PREFIX}{id}")
}

/// A member's sub-TPP.
#[must_use]
pub fn sub_tpp(member: OrganisationId, id: SubTppId) -> Key {
    Key::new(sub_tpps(member), sub_tpp_place(id))
}

/// A sub-TPP that its member deleted.
#[must_use]
pub fn deleted_sub_tpp(member: OrganisationId, id: SubTppId) -> Key {
    Key::new(format!("MEMBER#{member}#DELETED_SUB_TPPS"), sub_tpp_place(id))
}

/// Whose a domain is among a member's sub-TPPs.
#[must_use]
pub fn sub_tpp_domain(member: OrganisationId, domain: &Domain) -> Key {
    Key::new(format!("MEMBER#{member}#DOMAIN#{}", escape(domain.as_str())), "DOMAIN")
}

/// A sub-TPP that awaits approval: of all, by age.
#[must_use]
pub fn sub_tpp_approval(member: OrganisationId, id: SubTppId) -> Key {
    Key::new(SUB_TPP_APPROVALS.to_owned(), format!("{}#{member}", sub_tpp_place(id)))
}
