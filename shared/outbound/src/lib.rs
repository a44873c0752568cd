//! Services beyond AWS: HTTPS to them, and what the operator says of them in
//! secrets.

mod https;
mod lookup;
mod secret;

pub use https::{Answer, Https, PATIENCE};
pub use lookup::{Anywhere, Lookup, Publicly, System};
pub use secret::Secret;
