//! Who sees people of many organisations.

use std::collections::BTreeSet;

use attesta_identity::Caller;
use attesta_model::{OrganisationId, Result, Scope};

use super::CanRead;
use crate::Store;

/// Those whose people the caller was found to be allowed to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleInSight(Option<BTreeSet<OrganisationId>>);

impl PeopleInSight {
    /// Those of these organisations.
    pub(crate) const fn of(organisations: BTreeSet<OrganisationId>) -> Self {
        Self(Some(organisations))
    }

    /// Everybody.
    pub(crate) const fn all() -> Self {
        Self(None)
    }

    pub(crate) const fn is_all(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) const fn organisations(&self) -> Option<&BTreeSet<OrganisationId>> {
        self.0.as_ref()
    }
}

/// A caller who was found to read for the whole platform: staff, or a program
/// with the scope for it.
#[derive(Debug, Clone, Copy)]
pub struct ReadsForPlatform(());

impl Store {
    /// The caller as one who reads for the whole platform.
    ///
    /// # Errors
    /// [`attesta_model::Error::Unauthenticated`] where their token counts no more,
    /// [`attesta_model::Error::Forbidden`] for anybody else.
    pub async fn reads_for_platform(&self, caller: &Caller) -> Result<ReadsForPlatform> {
        match caller {
            Caller::User(user) => drop(self.staff::<CanRead>(user).await?),
            Caller::Machine(machine) => drop(self.machine(machine, Scope::CustomersRead).await?),
        }
        Ok(ReadsForPlatform(()))
    }
}
