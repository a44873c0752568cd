//! Handles: proof that a caller was checked against the table.
//!
//! A handle can only come from a lookup in this module, and whatever reads or
//! writes on behalf of a caller takes one. A forgotten check doesn't compile.

mod audit;
mod business_unit;
mod caller;
mod customer;
mod customers;
mod importing;
mod machine;
mod member;
mod model;
mod notification;
mod partner;
mod people;
mod platform;
mod sample;
mod staff;
mod tenant;
mod validation;

use std::collections::HashMap;
use std::fmt::Debug;
use std::marker::PhantomData;

use attesta_identity::{ProviderCaller, UserCaller};
use attesta_model::{
    Error, Instrument, OrganisationId, Profile, Provider, ProviderId, RequestId, Result, User,
};

use crate::audit::{note_organisation, note_provider};
use crate::credential::Credential;
use crate::keys::Key;
use crate::patterns::ResultRow;
use crate::table::{Item, from_item};
use crate::{Store, keys};

pub(crate) use audit::AuditAccess;
pub(crate) use business_unit::UnitOwner;
pub use business_unit::{ManagedUnit, UnitInSight};
pub(crate) use caller::{Acting, Within, acting, caller_keys, live_user, staff_of};
pub use customer::{Deals, Home, ManagedOrganisation, OrganisationInSight, Standing};
pub use customers::OrganisationDetails;
pub use importing::{ImportInto, ImportTarget, Importers, OwnImportJob};
pub use machine::{MachineClient, SignedInClient};
pub use member::{MemberClient, OwnSubTpp};
pub(crate) use member::{member_id, sub_tpp_id};
pub use model::{Lockable, OwnModel};
pub use notification::OwnNotification;
pub use partner::{ApprovedListing, PartnerCaller};
pub(crate) use partner::{
    approved_handle, approved_keys, listing_id, organisation_id, partner_handle, partner_keys,
};
pub(crate) use people::{Beside, Looked, user_id};
pub use people::{Relation, UserInSight};
pub use platform::{PeopleInSight, ReadsForPlatform};
pub use sample::OwnSample;
pub use staff::{
    CanChange, CredentialsOfStaff, InstrumentOfStaff, Managed, ProviderOfStaff, StaffMember,
    StaffRight,
};
pub(crate) use staff::{instrument_id, provider_id, staff_handle};
pub use tenant::{AtTenant, CanOversee, CanSell, InTenant, TenantRight, TenantRole};
pub(crate) use tenant::{Claims, reseller_of};
pub use validation::OwnValidation;

/// What is said of a token whose credential counts no more.
pub(crate) const REVOKED: Error = Error::Unauthenticated("Invalid token: revoked credentials.");

/// The right to see an organisation's things, or what staff look after.
#[derive(Debug, Clone, Copy)]
pub struct CanRead;

/// The right to bring learners and submit requests for an organisation.
#[derive(Debug, Clone, Copy)]
pub struct CanSubmit;

/// The right to decide how an organisation is served.
#[derive(Debug, Clone, Copy)]
pub struct CanManage;

/// A right that a handle may stand for.
pub trait Right: Debug {
    /// Whether a member with this profile has it.
    fn is_held_by(profile: &Profile) -> bool;
}

impl Right for CanRead {
    fn is_held_by(profile: &Profile) -> bool {
        !profile.is_restricted()
    }
}

impl Right for CanSubmit {
    fn is_held_by(profile: &Profile) -> bool {
        !profile.is_restricted()
    }
}

impl Right for CanManage {
    fn is_held_by(profile: &Profile) -> bool {
        profile.is_owner()
    }
}

/// An organisation that the caller was found to have a right to.
#[derive(Debug, Clone)]
pub struct Organisation<R: Right> {
    id: OrganisationId,
    user: User,
    right: PhantomData<R>,
}

impl<R: Right> Organisation<R> {
    /// The organisation.
    #[must_use]
    pub const fn id(&self) -> OrganisationId {
        self.id
    }

    /// Who the caller is.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.user
    }
}

/// The caller's own provider.
#[derive(Debug, Clone)]
pub struct OwnProvider {
    pub(crate) provider: Provider,
}

impl OwnProvider {
    /// The provider.
    #[must_use]
    pub const fn provider(&self) -> &Provider {
        &self.provider
    }
}

/// A result that is the caller's to give.
#[derive(Debug, Clone)]
pub struct OwnResult {
    row: ResultRow,
}

impl OwnResult {
    /// The result as it stands.
    #[must_use]
    pub const fn row(&self) -> &ResultRow {
        &self.row
    }

    pub(crate) const fn new(row: ResultRow, _proof: &OwnProvider) -> Self {
        Self { row }
    }
}

impl Store {
    /// An organisation by its id, with the right `R` to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller is no member, [`Error::Forbidden`]
    /// where they are but may not do this, or may do nothing any more.
    pub async fn organisation<R: Right>(
        &self,
        caller: &UserCaller,
        id: OrganisationId,
    ) -> Result<Organisation<R>> {
        let mut found = self.table.get_all(&organisation_keys(caller, id)).await?;
        self.organisation_handle(caller, id, &mut found)
    }

    /// The provider that the caller is, if it is the one asked for.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the credential is no longer good,
    /// [`Error::Forbidden`] where it is another's provider.
    pub async fn own_provider(&self, caller: &ProviderCaller, id: &str) -> Result<OwnProvider> {
        let items = self.table.get_many(provider_keys(caller)).await?;
        self.provider_handle(caller, id, items)
    }

    /// The caller's own provider with the instrument that it implements.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`].
    pub async fn own_provider_and_instrument(
        &self,
        caller: &ProviderCaller,
        id: &str,
    ) -> Result<(OwnProvider, Instrument)> {
        let provider = self.own_provider(caller, id).await?;
        let instrument = self.instrument(provider.provider.instrument_id).await?;
        Ok((provider, instrument))
    }

    /// A result that the caller's own provider is to give.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], and [`Error::NotFound`].
    pub async fn own_result(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        request: &str,
    ) -> Result<OwnResult> {
        // A request id that can't be one is looked up as one that isn't there.
        let request: Option<RequestId> = request.parse().ok();
        let absent = RequestId::new(0).ok_or_else(Error::not_found)?;
        let wanted = keys::result(request.unwrap_or(absent), caller.provider_id);
        let [provider_key, credential_key] = provider_keys(caller);
        let [own, credential, row] =
            self.table.get_many([provider_key, credential_key, wanted]).await?;
        let handle = self.provider_handle(caller, provider, [own, credential])?;
        let row = row.ok_or_else(Error::not_found)?;
        Ok(OwnResult::new(from_item(row)?, &handle))
    }

    /// Judges the caller by the items under [`organisation_keys`].
    pub(crate) fn organisation_handle<R: Right>(
        &self,
        caller: &UserCaller,
        id: OrganisationId,
        found: &mut HashMap<Key, Item>,
    ) -> Result<Organisation<R>> {
        let Acting { user, within } = acting(caller, found, self.ids.now())?;
        let profile = found.remove(&keys::profile(caller.user_id, id));
        let organisation = found.remove(&keys::organisation(id));
        let (Some(profile), Some(organisation)) = (profile, organisation) else {
            return Err(Error::not_found());
        };
        let organisation: attesta_model::Organisation = from_item(organisation)?;
        let profile = within.narrowed(from_item(profile)?);
        if organisation.status.is_live() && R::is_held_by(&profile) {
            note_organisation(id);
            Ok(Organisation { id, user, right: PhantomData })
        } else {
            Err(Error::forbidden())
        }
    }

    /// Judges the caller by the items under [`provider_keys`].
    pub(crate) fn provider_handle(
        &self,
        caller: &ProviderCaller,
        id: &str,
        [provider, credential]: [Option<Item>; 2],
    ) -> Result<OwnProvider> {
        note_provider();
        let credential: Credential = from_item(credential.ok_or(REVOKED)?)?;
        if !credential.is_of_provider(caller.provider_id) || !credential.is_live(self.ids.now()) {
            return Err(REVOKED);
        }
        let provider: Provider = from_item(provider.ok_or(REVOKED)?)?;
        if provider.deleted_at.is_some() {
            return Err(REVOKED);
        }
        let asked: ProviderId = id.parse().map_err(|_| Error::not_found())?;
        if asked == caller.provider_id {
            Ok(OwnProvider { provider })
        } else {
            Err(Error::forbidden())
        }
    }
}

/// What a caller's right to an organisation is judged by.
pub(crate) fn organisation_keys(caller: &UserCaller, id: OrganisationId) -> Vec<Key> {
    let both = [keys::profile(caller.user_id, id), keys::organisation(id)];
    caller_keys(caller).chain(both).collect()
}

pub(crate) fn provider_keys(caller: &ProviderCaller) -> [keys::Key; 2] {
    [keys::provider(caller.provider_id), keys::credential(caller.credential_id)]
}
