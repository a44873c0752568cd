//! How often somebody may try what could be guessed, or bother others.

use attesta_wire::throttle::{AtUser, BySource};
use jiff::SignedDuration;

/// Giving the code that goes with a new address.
pub(crate) const ADDRESS_CODE: AtUser = AtUser::guessing("address");
/// Having a code sent to a new address.
pub(crate) const ADDRESS_CHANGE: AtUser = AtUser::asking("address-change");
/// Asking for an account.
pub(crate) const ACCOUNT_REQUEST: BySource =
    BySource { what: "account-request", window: SignedDuration::from_hours(1), most: 10 };
