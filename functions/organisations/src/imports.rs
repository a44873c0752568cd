//! Where files of each kind are handed in.

use attesta_imports::{Desk, kinds};
use attesta_objects::Objects;
use attesta_store::Store;

/// The desks.
#[derive(Debug)]
pub struct Imports {
    pub(crate) organisations: Desk,
    pub(crate) preferences: Desk,
    pub(crate) set_preferences: Desk,
    pub(crate) finmid_status: Desk,
}

impl Imports {
    /// Over a table and a bucket.
    #[must_use]
    pub fn new(store: &Store, objects: &Objects) -> Self {
        let (store, objects) = (|| store.clone(), || objects.clone());
        let (organisations, finmid_status) =
            (kinds::Organisations::new(store()), kinds::FinMidStatus::new(store()));
        let (added, set) =
            (kinds::AddedPreferences::new(store()), kinds::SetPreferences::new(store()));
        Self {
            organisations: Desk::new(organisations, store(), objects()),
            preferences: Desk::new(added, store(), objects()),
            set_preferences: Desk::new(set, store(), objects()),
            finmid_status: Desk::new(finmid_status, store(), objects()),
        }
    }
}
