//! Who works for the platform.

use std::fmt::Debug;
use std::marker::PhantomData;

use attesta_identity::UserCaller;
use attesta_model::{
    CredentialId, Error, Instrument, InstrumentId, Provider, ProviderId, Result, Staff, Status,
    User, UserId,
};

use super::{CanRead, live_user};
use crate::credential::Credential;
use crate::names::{Named, Names, Taken};
use crate::people::{name_key, named};
use crate::provider_credentials::CredentialList;
use crate::table::{Item, from_item};
use crate::{Store, keys};

/// The right to change what staff look after.
#[derive(Debug, Clone, Copy)]
pub struct CanChange;

/// A right that staff may have.
pub trait StaffRight: Debug {
    /// Whether staff of this kind have it.
    fn is_held_by(staff: Staff) -> bool;
}

impl StaffRight for CanRead {
    fn is_held_by(_: Staff) -> bool {
        true
    }
}

impl StaffRight for CanChange {
    fn is_held_by(staff: Staff) -> bool {
        staff == Staff::Admin
    }
}

/// A caller who was found to be staff with a right.
#[derive(Debug, Clone, Copy)]
pub struct StaffMember<R: StaffRight> {
    id: UserId,
    right: PhantomData<R>,
}

impl<R: StaffRight> StaffMember<R> {
    /// Who it is.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }
}

/// Something of the catalogue that the caller was found to have the right `R`
/// to as staff.
#[derive(Debug, Clone)]
pub struct Managed<T, R: StaffRight> {
    thing: T,
    right: PhantomData<R>,
}

impl<T, R: StaffRight> Managed<T, R> {
    /// The thing as it stands.
    #[must_use]
    pub const fn get(&self) -> &T {
        &self.thing
    }

    pub(crate) const fn new(thing: T, _proof: &StaffMember<R>) -> Self {
        Self { thing, right: PhantomData }
    }
}

/// A provider with its instrument, and which names that were asked about are
/// another's.
#[derive(Debug, Clone)]
pub struct ProviderOfStaff {
    /// The provider.
    pub provider: Provider,
    /// The instrument that it implements.
    pub instrument: Instrument,
    pub(crate) taken: Taken,
}

impl ProviderOfStaff {
    /// Refuses names that were asked about and are another's.
    ///
    /// # Errors
    /// [`Error::Invalid`], by field.
    pub fn check_names(&self) -> Result<()> {
        self.taken.check()
    }
}

/// An instrument, and which names that were asked about are another's.
#[derive(Debug, Clone)]
pub struct InstrumentOfStaff {
    /// The instrument.
    pub instrument: Instrument,
    pub(crate) taken: Taken,
}

/// A provider's credentials, oldest first; those long dead are left out.
#[derive(Debug, Clone)]
pub struct CredentialsOfStaff {
    /// The credentials.
    pub credentials: Vec<Credential>,
    pub(crate) provider: Provider,
    pub(crate) list: CredentialList,
}

impl Store {
    /// The caller as staff with the right `R`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where they are no staff, may only look, or may do
    /// nothing any more.
    pub async fn staff<R: StaffRight>(&self, caller: &UserCaller) -> Result<StaffMember<R>> {
        let [user] = self.table.get_many([keys::user(caller.user_id)]).await?;
        staff_handle(caller, user)
    }

    /// A user by any of their names.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`].
    pub async fn managed_user<R: StaffRight>(
        &self,
        caller: &UserCaller,
        name: &str,
    ) -> Result<Managed<User, R>> {
        let wanted = [keys::user(caller.user_id), name_key(name)];
        let [user, holder] = self.table.get_many(wanted).await?;
        let staff = staff_handle(caller, user)?;
        let found = self.user(named(name, holder)?).await?;
        let found = found.filter(|user| user.status != Status::Deleted);
        Ok(Managed::new(found.ok_or_else(Error::not_found)?, &staff))
    }

    /// An instrument, and whether names that it may get are free.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`].
    pub async fn managed_instrument<R: StaffRight>(
        &self,
        caller: &UserCaller,
        id: &str,
        names: Names<'_>,
    ) -> Result<Managed<InstrumentOfStaff, R>> {
        let (user, instrument) = (keys::user(caller.user_id), keys::instrument(instrument_id(id)?));
        let mut keys = vec![user.clone(), instrument.clone()];
        keys.extend(names.keys(Named::Instrument));
        let mut found = self.table.get_all(&keys).await?;
        let staff = staff_handle(caller, found.remove(&user))?;
        let instrument = found.remove(&instrument).ok_or_else(Error::not_found)?;
        let instrument: Instrument = from_item(instrument)?;
        let taken = Taken::of(Named::Instrument, names, &found, instrument.id.get())?;
        Ok(Managed::new(InstrumentOfStaff { instrument, taken }, &staff))
    }

    /// A provider of an instrument, and whether names that it may get are free.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`], also where the
    /// provider is another instrument's.
    pub async fn managed_provider<R: StaffRight>(
        &self,
        caller: &UserCaller,
        instrument: &str,
        id: &str,
        names: Names<'_>,
    ) -> Result<Managed<ProviderOfStaff, R>> {
        let user = keys::user(caller.user_id);
        let home = keys::instrument(instrument_id(instrument)?);
        let own = keys::provider(provider_id(id)?);
        let mut keys = vec![user.clone(), home.clone(), own.clone()];
        keys.extend(names.keys(Named::Provider));
        let mut found = self.table.get_all(&keys).await?;
        let staff = staff_handle(caller, found.remove(&user))?;
        let home = found.remove(&home).ok_or_else(Error::not_found)?;
        let instrument: Instrument = from_item(home)?;
        let provider = provider_of(instrument.id, found.remove(&own))?;
        let taken = Taken::of(Named::Provider, names, &found, provider.id.get())?;
        Ok(Managed::new(ProviderOfStaff { provider, instrument, taken }, &staff))
    }

    /// A provider's credentials.
    ///
    /// # Errors
    /// Those of [`Store::managed_provider`].
    pub async fn managed_credentials<R: StaffRight>(
        &self,
        caller: &UserCaller,
        instrument: &str,
        id: &str,
    ) -> Result<Managed<CredentialsOfStaff, R>> {
        let (instrument, id) = (instrument_id(instrument)?, provider_id(id)?);
        let wanted =
            [keys::user(caller.user_id), keys::provider(id), keys::provider_credentials(id)];
        let [user, provider, list] = self.table.get_many(wanted).await?;
        let staff = staff_handle(caller, user)?;
        let provider = provider_of(instrument, provider)?;
        let list: CredentialList = list.map(from_item).transpose()?.unwrap_or_default();
        let credentials = self.listed_credentials(&list).await?;
        Ok(Managed::new(CredentialsOfStaff { credentials, provider, list }, &staff))
    }

    /// One credential of a provider.
    ///
    /// # Errors
    /// Those of [`Store::managed_provider`], and [`Error::NotFound`] where it
    /// is none of this provider's.
    pub async fn managed_credential<R: StaffRight>(
        &self,
        caller: &UserCaller,
        (instrument, id): (&str, &str),
        credential: &str,
    ) -> Result<Managed<Credential, R>> {
        let (instrument, id) = (instrument_id(instrument)?, provider_id(id)?);
        let credential = credential_id(credential)?;
        let wanted = [keys::user(caller.user_id), keys::provider(id), keys::credential(credential)];
        let [user, provider, credential] = self.table.get_many(wanted).await?;
        let staff = staff_handle(caller, user)?;
        let provider = provider_of(instrument, provider)?;
        let credential: Option<Credential> = credential.map(from_item).transpose()?;
        let own = credential.filter(|credential| credential.is_of_provider(provider.id));
        Ok(Managed::new(own.ok_or_else(Error::not_found)?, &staff))
    }
}

/// Judges the caller by their item. An API token makes nobody staff.
pub(crate) fn staff_handle<R: StaffRight>(
    caller: &UserCaller,
    user: Option<Item>,
) -> Result<StaffMember<R>> {
    let user = live_user(caller, user)?;
    let has_right = caller.api_token.is_none() && user.staff.is_some_and(R::is_held_by);
    if has_right && !user.second_factor {
        return Err(Error::SecondFactorRequired);
    }
    let member = StaffMember { id: user.id, right: PhantomData };
    has_right.then_some(member).ok_or_else(Error::forbidden)
}

/// A provider that is there, and of this instrument.
fn provider_of(instrument: InstrumentId, item: Option<Item>) -> Result<Provider> {
    let provider: Option<Provider> = item.map(from_item).transpose()?;
    let own = provider.filter(|one| one.instrument_id == instrument && one.deleted_at.is_none());
    own.ok_or_else(Error::not_found)
}

/// An id that can't be one is looked up as one that isn't there: who asks is
/// judged first.
pub(crate) fn instrument_id(text: &str) -> Result<InstrumentId> {
    text.parse().ok().or(InstrumentId::new(0)).ok_or_else(Error::not_found)
}

/// The same of a provider.
pub(crate) fn provider_id(text: &str) -> Result<ProviderId> {
    text.parse().ok().or(ProviderId::new(0)).ok_or_else(Error::not_found)
}

/// The same of a credential.
pub(super) fn credential_id(text: &str) -> Result<CredentialId> {
    const ABSENT: &str = "00000000-0000-0000-0000-000000000000";
    text.parse().or_else(|_| ABSENT.parse()).map_err(|_| Error::not_found())
}
