//! Who may import files, and into which organisation.

use std::collections::HashMap;
use std::marker::PhantomData;

use attesta_identity::UserCaller;
use attesta_model::{
    Error, HomeCountry, ImportJobId, Organisation, OrganisationId, Result, Status, User, UserId,
};

use super::{Acting, CanChange, CanManage, Right, StaffRight, acting, caller_keys, staff_handle};
use crate::imports::ImportJob;
use crate::keys::Key;
use crate::organisation_names::names_held;
use crate::table::{Item, from_item};
use crate::{Store, keys};

/// Who may import files of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importers {
    /// Staff alone.
    Staff,
    /// Staff, and owners into their own organisation.
    StaffAndOwners,
}

/// Which organisation a caller names to import into; both may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportInto {
    /// By its identifier.
    pub organisation_id: Option<String>,
    /// By its name, which counts where there is no identifier.
    pub organisation_name: Option<String>,
}

/// The right to import, and what into: whatever a row writes takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportTarget {
    organisation_id: Option<OrganisationId>,
    organisation_name: Option<String>,
    created_by: UserId,
}

impl ImportTarget {
    /// What an import was found to have when it was made: for whoever works on it.
    pub(crate) fn of(job: &ImportJob) -> Self {
        let ImportJob { organisation_id, created_by, .. } = *job;
        Self { organisation_id, organisation_name: job.organisation_name.clone(), created_by }
    }

    /// The organisation, which is there and the caller may import into. Staff
    /// may have named none.
    #[must_use]
    pub const fn organisation_id(&self) -> Option<OrganisationId> {
        self.organisation_id
    }

    /// The organisation's name.
    #[must_use]
    pub fn organisation_name(&self) -> Option<&str> {
        self.organisation_name.as_deref()
    }

    /// Who imports.
    #[must_use]
    pub const fn created_by(&self) -> UserId {
        self.created_by
    }
}

/// An import that the caller was found to have the right `R` to.
#[derive(Debug, Clone)]
pub struct OwnImportJob<R> {
    job: ImportJob,
    right: PhantomData<R>,
}

impl<R> OwnImportJob<R> {
    /// The import as it stands.
    #[must_use]
    pub const fn get(&self) -> &ImportJob {
        &self.job
    }
}

impl Store {
    /// The caller's right to import files.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the organisation is none, or a stranger's;
    /// [`Error::Refused`] where the name that staff give is that of several;
    /// [`Error::Forbidden`] where the caller is neither staff who may change
    /// things nor, where that is enough, its owner.
    pub async fn import_target(
        &self,
        caller: &UserCaller,
        importers: Importers,
        into: &ImportInto,
    ) -> Result<ImportTarget> {
        // An id that can't be one is looked up as one that isn't there.
        let named = into.organisation_id.as_deref();
        let named = named.map(|id| id.parse().unwrap_or(OrganisationId(uuid::Uuid::nil())));
        let mut wanted: Vec<_> = caller_keys(caller).collect();
        wanted.extend(named.map(keys::organisation));
        wanted.extend(named.map(|id| keys::profile(caller.user_id, id)));
        let called = into.organisation_name.as_deref().filter(|_| named.is_none());
        wanted.extend(called.into_iter().flat_map(names_anywhere));
        let mut found = self.table.get_all(&wanted).await?;
        let mut organisation = named.and_then(|id| found.remove(&keys::organisation(id)));
        let own = found.get(&keys::user(caller.user_id)).cloned();
        let Acting { user, within } = acting(caller, &mut found, self.ids.now())?;
        if is_staff(caller, &user) || importers == Importers::Staff {
            let staff = staff_handle::<CanChange>(caller, own)?;
            if let Some(name) = called {
                organisation = self.called(name, &found).await?;
            }
            return staff_target(staff.id(), into, organisation);
        }
        let (id, profile) = match named {
            Some(id) => (id, found.remove(&keys::profile(user.id, id))),
            None => {
                let home = user.organisation_id.ok_or_else(Error::not_found)?;
                let wanted = [keys::organisation(home), keys::profile(user.id, home)];
                let [at_home, profile] = self.table.get_many(wanted).await?;
                organisation = at_home;
                (home, profile)
            }
        };
        let (Some(organisation), Some(profile)) = (organisation, profile) else {
            return Err(Error::not_found());
        };
        let organisation: Organisation = from_item(organisation)?;
        let is_meant = |name: &String| name.to_lowercase() == organisation.name.to_lowercase();
        if named.is_none() && !into.organisation_name.as_ref().is_none_or(is_meant) {
            return Err(Error::not_found());
        }
        let may = CanManage::is_held_by(&within.narrowed(from_item(profile)?));
        if !may || !organisation.status.is_live() {
            return Err(Error::forbidden());
        }
        let organisation_name = Some(organisation.name);
        Ok(ImportTarget { organisation_id: Some(id), organisation_name, created_by: user.id })
    }

    /// The organisation that has a name, in whichever country.
    async fn called(&self, name: &str, found: &HashMap<Key, Item>) -> Result<Option<Item>> {
        match names_held(found, &names_anywhere(name))?.as_slice() {
            [] => Ok(None),
            [id] => {
                let [organisation] = self.table.get_many([keys::organisation(*id)]).await?;
                Ok(organisation)
            }
            _ => Err(Error::Refused(
                "Organisations of several countries have the name: name one by its identifier."
                    .to_owned(),
            )),
        }
    }

    /// An import of a kind, with the right `R` to it.
    ///
    /// # Errors
    /// Those of [`Store::import_target`], and [`Error::NotFound`], also where it
    /// is another organisation's or of another kind.
    pub async fn import_job<R: StaffRight>(
        &self,
        caller: &UserCaller,
        importers: Importers,
        kind: &str,
        id: &str,
    ) -> Result<OwnImportJob<R>> {
        let id = id.parse().unwrap_or(ImportJobId(uuid::Uuid::nil()));
        let wanted: Vec<_> = caller_keys(caller).chain([keys::import_job(id)]).collect();
        let mut found = self.table.get_all(&wanted).await?;
        let job = found.remove(&keys::import_job(id));
        let own = found.get(&keys::user(caller.user_id)).cloned();
        let Acting { user, within } = acting(caller, &mut found, self.ids.now())?;
        if is_staff(caller, &user) || importers == Importers::Staff {
            staff_handle::<R>(caller, own)?;
            return Ok(OwnImportJob { job: of_kind(job, kind)?, right: PhantomData });
        }
        let job = of_kind(job, kind)?;
        let organisation = job.organisation_id.ok_or_else(Error::not_found)?;
        let wanted = [keys::organisation(organisation), keys::profile(user.id, organisation)];
        let [Some(organisation), Some(profile)] = self.table.get_many(wanted).await? else {
            return Err(Error::not_found());
        };
        let organisation: Organisation = from_item(organisation)?;
        let may = CanManage::is_held_by(&within.narrowed(from_item(profile)?));
        if may && organisation.status.is_live() {
            Ok(OwnImportJob { job, right: PhantomData })
        } else {
            Err(Error::forbidden())
        }
    }
}

/// No API token makes anybody staff.
fn is_staff(caller: &UserCaller, user: &User) -> bool {
    caller.api_token.is_none() && user.staff.is_some()
}

/// What staff import into: any organisation that is there, or none.
fn staff_target(
    created_by: UserId,
    into: &ImportInto,
    organisation: Option<Item>,
) -> Result<ImportTarget> {
    if *into == ImportInto::default() {
        return Ok(ImportTarget { organisation_id: None, organisation_name: None, created_by });
    }
    let organisation: Organisation = from_item(organisation.ok_or_else(Error::not_found)?)?;
    if organisation.status == Status::Deleted {
        return Err(Error::not_found());
    }
    let (organisation_id, organisation_name) = (Some(organisation.id), Some(organisation.name));
    Ok(ImportTarget { organisation_id, organisation_name, created_by })
}

/// The keys of a name in every country.
fn names_anywhere(name: &str) -> [Key; HomeCountry::ALL.len()] {
    HomeCountry::ALL.map(|country| keys::organisation_name(country, name))
}

fn of_kind(job: Option<Item>, kind: &str) -> Result<ImportJob> {
    let job: ImportJob = from_item(job.ok_or_else(Error::not_found)?)?;
    if job.kind == kind { Ok(job) } else { Err(Error::not_found()) }
}
