//! `/customers/organisations/import/preferences`: what users would like to buy is set by files.

use crate::App;

attesta_imports::operations! {
    App, desk: imports.set_preferences, tag: "organisations", of: "PreferencesOverwriting",
    /// Set preferences
    ///
    /// As by a POST, but that rows of one user that stand right below one another
    /// are all that the user then has. Jobs that do so stand under `overwriting`.
    put "/customers/organisations/import/preferences" as "setPreferences",
    beside "/customers/organisations/import/preferences/overwriting"
}
