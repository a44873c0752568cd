//! `/customers/organisations/import/finmid-status`: what the financier said comes in files.

use crate::App;

attesta_imports::operations! {
    App, desk: imports.finmid_status, tag: "organisations", of: "FinMidStatus",
    /// Import FinMid account status
    ///
    /// Whether organisations are paid in advance, which takes an account. Where an
    /// organisation is named, others are not found. At most 500 rows.
    post "/customers/organisations/import/finmid-status" as "importFinMidStatus",
    beside "/customers/organisations/import/finmid-status"
}
