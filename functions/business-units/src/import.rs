//! `/customers/business-units/import`: units come in files.

use crate::App;

attesta_imports::operations! {
    App, desk: imports, tag: "business-units", of: "BusinessUnits",
    /// Import a batch of business units
    ///
    /// For staff, and for the owner of the organisation. A row with the name of a
    /// unit that is there changes it; what is blank stays. At most 500 rows.
    post "/customers/business-units/import" as "importBusinessUnits",
    beside "/customers/business-units/import"
}
