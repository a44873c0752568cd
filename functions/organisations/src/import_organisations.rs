//! `/customers/organisations/import`: organisations come in files.

use crate::App;

attesta_imports::operations! {
    App, desk: imports.organisations, tag: "organisations", of: "Organisations",
    /// Import a batch of organisations
    ///
    /// They wait to be activated, each with its owner. One with the company number,
    /// the name in its country or the owner of a row is there already and stays as
    /// it is. At most 500 rows.
    post "/customers/organisations/import" as "importOrganisations",
    beside "/customers/organisations/import"
}
