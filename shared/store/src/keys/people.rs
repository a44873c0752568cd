//! Users and what signs them in.

use super::*;

/// The index's partition of API tokens.
pub const API_TOKENS: &str = "API_TOKENS";
/// The start of the sort key of every profile.
pub const PROFILE_PREFIX: &str = "PROFILE#";

/// A user.
#[must_use]
pub fn user(id: UserId) -> Key {
    Key::new(user_partition(id), "USER")
}

/// Whose an e-mail address is. Letter case makes no other of it.
#[must_use]
pub fn user_email(email: &str) -> Key {
    name("user", "email", &email.trim().to_lowercase())
}

/// Whose a telephone number is, in the form of E.164.
#[must_use]
pub fn user_phone(phone: &str) -> Key {
    name("user", "phone", phone)
}

/// An API token.
#[must_use]
pub fn api_token(id: ApiTokenId) -> Key {
    Key::new(format!("API_TOKEN#{id}"), "API_TOKEN")
}

/// An API token's place in the list of all: by user, then by age.
#[must_use]
pub fn api_token_in_list(user: UserId, created_at: Timestamp, id: ApiTokenId) -> String {
    format!("{}{}#{id}", api_tokens_of(user), time(created_at))
}

/// The start of the places of a user's API tokens.
#[must_use]
pub fn api_tokens_of(user: UserId) -> String {
    format!("{user}#")
}

/// Whose a link to sign in by is, by what its secret is found by.
#[must_use]
pub fn link(id: Uuid) -> Key {
    Key::new(format!("LINK#{id}"), "LINK")
}

/// The links that sign a user in.
#[must_use]
pub fn user_links(user: UserId) -> Key {
    Key::new(format!("{}#LINKS", user_partition(user)), "LINKS")
}

/// The partition of a user and their profiles.
#[must_use]
pub fn user_partition(id: UserId) -> String {
    format!("USER#{id}")
}

/// A user's profile in an organisation.
#[must_use]
pub fn profile(user: UserId, organisation: OrganisationId) -> Key {
    Key::new(user_partition(user), format!("{PROFILE_PREFIX}{organisation}"))
}
