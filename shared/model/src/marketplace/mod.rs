//! The marketplace: what partners may embed in their deployments.

mod categories;
mod customer;
mod masking;

pub use categories::Categories;
pub use customer::{
    Customer, CustomerChange, CustomerField, CustomerKey, FIELDS, FieldKind, NOT_AN_EMAIL,
};
pub use masking::{kept, masked};

/// How a refusal begins of what is none of the values that are permitted.
pub const NOT_A_MEMBER: &str = "value is not a valid enumeration member";
/// A deployment's name is so long at most, in characters.
pub const MOST_DEPLOYMENT: usize = 64;
/// A partner has so many deployments at most.
pub const MOST_DEPLOYMENTS: usize = 100;
