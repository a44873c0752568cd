//! `/customers/organisations/import/preferences`: what users would like to buy comes in files.

use crate::App;

attesta_imports::operations! {
    App, desk: imports.preferences, tag: "organisations", of: "Preferences",
    /// Import a batch of preferences
    ///
    /// They come to those that the users have. Rows of one user that stand right
    /// below one another are one thing. Where an organisation is named, users of
    /// others are not found. At most 500 rows.
    post "/customers/organisations/import/preferences" as "importPreferences",
    beside "/customers/organisations/import/preferences"
}
