//! The dialects of the surfaces: errors, paging, extractors.
//!
//! A handler speaks in the domain's types and errors; what they look like on
//! the wire is decided here, once for each dialect.

pub mod auth;
mod body;
pub mod customer;
mod fields;
mod hidden;
pub mod instances;
pub mod machines;
pub mod marketplace;
mod nested;
mod operations;
mod overlap;
mod path;
pub mod provider;
mod query;
mod repeated;
mod security;
mod source;
pub mod sub_tpps;
pub mod throttle;
mod trace;
mod wording;

pub use body::{MAX_BODY, read_body};
pub use fields::{Field, Fields, FromFields, Number, Text, Unknown};
pub use hidden::{Code, Hidden};
pub use overlap::Overlap;
pub use path::{Paths, Slash, with_paths};
pub use query::Query;
pub use repeated::idempotency_key;
pub use source::Source;
pub use trace::{request_id, within_request};
pub use wording::wording;

use attesta_model::Error;

/// What is said to who shows an ID token where it won't do.
pub(crate) const ACCESS_TOKEN_REQUIRED: &str = "This operation needs the access token.";
/// What is said to staff who signed in without a second factor.
pub(crate) const SECOND_FACTOR_REQUIRED: &str =
    "Staff need a second factor: set up a TOTP application and sign in with its code.";

/// What went wrong, kept with the answer for the one log line that tells it.
#[derive(Debug, Clone)]
pub struct Cause(pub Error);
