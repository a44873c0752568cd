//! Who may read the audit log, and whose.

use attesta_identity::UserCaller;
use attesta_model::{Error, OWNER, Organisation, OrganisationId, Result};
use tokio::try_join;

use super::{Acting, acting, caller_keys, staff_of};
use crate::people::UserWithProfiles;
use crate::table::{from_item, key_of};
use crate::{Store, keys};

/// Whose log a caller was found to have a right to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuditAccess {
    /// Everybody's, as staff.
    All,
    /// An organisation's, as staff.
    OfStaff(OrganisationId),
    /// An organisation's, as its owner, if it may still act:
    /// [`Store::check_audit_access`] says whether.
    Own(OrganisationId),
}

impl Store {
    /// Whose log the caller may read: of those that they may, the one that is
    /// named, or else all of them for staff and their home for anybody else.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are no member of the organisation,
    /// [`Error::Forbidden`] where they are but don't own it, or where they have
    /// no home, and [`Error::SecondFactorRequired`] of staff without one.
    pub(crate) async fn audit_access(
        &self,
        caller: &UserCaller,
        wanted: Option<&str>,
    ) -> Result<AuditAccess> {
        let pattern = UserWithProfiles(caller.user_id);
        let beside: Vec<_> = caller_keys(caller).skip(1).collect();
        let (items, mut found) =
            try_join!(self.table.query_all(pattern.query()), self.table.get_all(&beside))?;
        found.extend(items.iter().filter_map(|item| Some((key_of(item)?, item.clone()))));
        let Acting { user, within } = acting(caller, &mut found, self.ids.now())?;
        let wanted = wanted.map(|id| id.parse().map_err(|_| Error::not_found())).transpose();
        if staff_of(caller, &user)?.is_some() {
            return Ok(wanted?.map_or(AuditAccess::All, AuditAccess::OfStaff));
        }
        let id = wanted?.or(user.organisation_id).ok_or_else(Error::forbidden)?;
        let profiles = pattern.fold(items)?.map(|person| person.profiles).unwrap_or_default();
        let profile = profiles.into_iter().find(|profile| profile.organisation_id == id);
        let profile = within.narrowed(profile.ok_or_else(Error::not_found)?);
        let owns = profile.roles.iter().any(|role| role == OWNER);
        owns.then_some(AuditAccess::Own(id)).ok_or_else(Error::forbidden)
    }

    /// The rest of it, which may be asked for beside the rows themselves.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the organisation may not act.
    pub(crate) async fn check_audit_access(&self, access: AuditAccess) -> Result<()> {
        let AuditAccess::Own(id) = access else { return Ok(()) };
        let [item] = self.table.get_many([keys::organisation(id)]).await?;
        let organisation: Organisation = from_item(item.ok_or_else(Error::not_found)?)?;
        organisation.status.is_live().then_some(()).ok_or_else(Error::forbidden)
    }
}
