//! How often somebody may ask whom an address belongs to.

use attesta_wire::throttle::AtUser;
use jiff::SignedDuration;

/// Asking whom a connection would be with.
pub(crate) const CHECK: AtUser = often("connection-check");
/// Making a connection, which tells as much.
pub(crate) const CONNECTION: AtUser = often("connection");

const fn often(what: &'static str) -> AtUser {
    let window = SignedDuration::from_mins(15);
    AtUser { what, window, by_user_and_source: 30, by_source: 300, by_user: 200, fewer: 5 }
}
