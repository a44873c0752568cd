//! Instruments and providers, as staff make and change them.

use attesta_identity::{Secret, UserCaller};
use attesta_model::{Error, Instrument, InstrumentId, Provider, ProviderId, Result};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use crate::access::{self, CanChange, InstrumentOfStaff, Managed, ProviderOfStaff, StaffMember};
use crate::credential::{Credential, CredentialKind};
use crate::names::{Named, Names, Renaming, Taken};
use crate::provider_credentials::{CredentialList, list_item};
use crate::table::{Cancelled, Condition, Item, from_item, indexed, to_item};
use crate::{Store, keys, patterns};

/// The proof that an instrument may be made.
#[derive(Debug)]
pub struct NewInstrument {
    id: InstrumentId,
}

impl NewInstrument {
    /// The number that it will have.
    #[must_use]
    pub const fn id(&self) -> InstrumentId {
        self.id
    }
}

/// The proof that a provider may be made.
#[derive(Debug)]
pub struct NewProvider {
    id: ProviderId,
    instrument: Instrument,
}

impl NewProvider {
    /// The number that it will have.
    #[must_use]
    pub const fn id(&self) -> ProviderId {
        self.id
    }

    /// The instrument that it is to implement.
    #[must_use]
    pub const fn instrument(&self) -> &Instrument {
        &self.instrument
    }
}

impl Store {
    /// A number for a new instrument, if its names are free.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::Invalid`] for names that are
    /// taken.
    pub async fn plan_instrument(
        &self,
        caller: &UserCaller,
        names: Names<'_>,
    ) -> Result<NewInstrument> {
        let user = keys::user(caller.user_id);
        let mut keys = vec![user.clone()];
        keys.extend(names.keys(Named::Instrument));
        let mut found = self.table.get_all(&keys).await?;
        let _staff: StaffMember<CanChange> = access::staff_handle(caller, found.remove(&user))?;
        let id = InstrumentId::new(self.ids.integer()?).ok_or_else(too_large)?;
        Taken::of(Named::Instrument, names, &found, id.get())?.check()?;
        Ok(NewInstrument { id })
    }

    /// Makes an instrument.
    ///
    /// # Errors
    /// [`Error::Invalid`] where another took a name meanwhile.
    pub async fn create_instrument(
        &self,
        new: &NewInstrument,
        instrument: &Instrument,
    ) -> Result<()> {
        debug_assert_eq!(new.id, instrument.id, "the number that was planned");
        let renaming = self.names_of_instrument(instrument, Names::default())?;
        let put = self.table.put_new(instrument_item(instrument)?)?;
        self.write_catalogue(vec![put], renaming).await
    }

    /// Changes an instrument; its number and age stay.
    ///
    /// # Errors
    /// [`Error::Invalid`] for names that are taken, [`Error::Conflict`] where
    /// it was changed by another meanwhile.
    pub async fn change_instrument(
        &self,
        managed: &Managed<InstrumentOfStaff, CanChange>,
        changed: Instrument,
    ) -> Result<Instrument> {
        let InstrumentOfStaff { instrument: old, taken } = managed.get();
        taken.check()?;
        let changed = Instrument {
            id: old.id,
            created_at: old.created_at,
            updated_at: self.ids.now(),
            revision: old.revision + 1,
            ..changed
        };
        let renaming = self.names_of_instrument(&changed, Names::new(&old.acronym, &old.queue))?;
        let put = self.table.put_if(instrument_item(&changed)?, at_revision(old.revision))?;
        self.write_catalogue(vec![put], renaming).await?;
        Ok(changed)
    }

    /// A number for a new provider of an instrument, if its names are free.
    ///
    /// # Errors
    /// Those of [`Store::staff`], [`Error::NotFound`] where there is no such
    /// instrument, and [`Error::Invalid`] for names that are taken.
    pub async fn plan_provider(
        &self,
        caller: &UserCaller,
        instrument: &str,
        names: Names<'_>,
    ) -> Result<NewProvider> {
        let user = keys::user(caller.user_id);
        let home = keys::instrument(access::instrument_id(instrument)?);
        let mut keys = vec![user.clone(), home.clone()];
        keys.extend(names.keys(Named::Provider));
        let mut found = self.table.get_all(&keys).await?;
        let _staff: StaffMember<CanChange> = access::staff_handle(caller, found.remove(&user))?;
        let instrument = from_item(found.remove(&home).ok_or_else(Error::not_found)?)?;
        let id = ProviderId::new(self.ids.integer()?).ok_or_else(too_large)?;
        Taken::of(Named::Provider, names, &found, id.get())?.check()?;
        Ok(NewProvider { id, instrument })
    }

    /// Makes a provider with its first credential, whose secret is in the
    /// answer and nowhere else.
    ///
    /// # Errors
    /// [`Error::Invalid`] where another took a name meanwhile.
    pub async fn create_provider(
        &self,
        new: &NewProvider,
        provider: &Provider,
    ) -> Result<(Credential, Secret)> {
        debug_assert_eq!(new.id, provider.id, "the number that was planned");
        let kind = CredentialKind::Provider {
            provider_id: provider.id,
            instrument_id: provider.instrument_id,
        };
        let (credential, secret) = self.new_credential(kind)?;
        let list = CredentialList::default().with(credential.id, &[]);
        let renaming = self.names_of_provider(provider, Names::default())?;
        let writes = vec![
            self.table.put_new(provider_item(provider)?)?,
            self.table.put_new(credential.item()?)?,
            self.table.put_new(list_item(provider.id, &list)?)?,
        ];
        self.write_catalogue(writes, renaming).await?;
        Ok((credential, secret))
    }

    /// Changes a provider; its number, age, instrument and queue in AWS stay.
    ///
    /// # Errors
    /// [`Error::Invalid`] for names that are taken, [`Error::Conflict`] where
    /// it was changed by another meanwhile.
    pub async fn change_provider(
        &self,
        managed: &Managed<ProviderOfStaff, CanChange>,
        changed: Provider,
    ) -> Result<Provider> {
        let ProviderOfStaff { provider: old, taken, .. } = managed.get();
        taken.check()?;
        let changed = Provider {
            id: old.id,
            instrument_id: old.instrument_id,
            queue_url: old.queue_url.clone(),
            created_at: old.created_at,
            updated_at: self.ids.now(),
            revision: old.revision + 1,
            ..changed
        };
        let before = Names::new(&old.acronym, &old.queue);
        let renaming = self.names_of_provider(&changed, before)?;
        let put = self.table.put_if(provider_item(&changed)?, at_revision(old.revision))?;
        self.write_catalogue(vec![put], renaming).await?;
        Ok(changed)
    }

    /// Takes a provider out of use for good: it leaves the catalogue, its
    /// credentials count no more, its names are free. Its results stay.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it was changed by another meanwhile.
    pub async fn delete_provider(
        &self,
        managed: &Managed<ProviderOfStaff, CanChange>,
    ) -> Result<()> {
        let old = &managed.get().provider;
        let now = self.ids.now();
        let gone = Provider {
            enabled: false,
            principal: None,
            updated_at: now,
            deleted_at: Some(now),
            revision: old.revision + 1,
            ..old.clone()
        };
        let before = Names::new(&old.acronym, &old.queue);
        let renaming =
            Renaming::new(&self.table, Named::Provider, old.id.get(), before, Names::default())?;
        let put = self.table.put_if(provider_item(&gone)?, at_revision(old.revision))?;
        self.write_catalogue(vec![put], renaming).await
    }

    fn names_of_instrument(&self, one: &Instrument, before: Names<'_>) -> Result<Renaming> {
        let after = Names::new(&one.acronym, &one.queue);
        Renaming::new(&self.table, Named::Instrument, one.id.get(), before, after)
    }

    fn names_of_provider(&self, one: &Provider, before: Names<'_>) -> Result<Renaming> {
        let after = Names::new(&one.acronym, &one.queue);
        Renaming::new(&self.table, Named::Provider, one.id.get(), before, after)
    }

    async fn write_catalogue(
        &self,
        mut writes: Vec<TransactWriteItem>,
        mut renaming: Renaming,
    ) -> Result<()> {
        let first = writes.len();
        writes.append(&mut renaming.writes);
        let Err(Cancelled { at, .. }) = self.table.transact(writes).await? else { return Ok(()) };
        let name = at.and_then(|at| at.checked_sub(first)).and_then(|at| renaming.refusal(at));
        Err(name.unwrap_or_else(busy))
    }
}

/// Others got in between.
pub(crate) fn busy() -> Error {
    Error::Conflict {
        code: "busy",
        message: "This is being changed by others; try again.".to_owned(),
    }
}

fn too_large() -> Error {
    Error::internal("a number that JavaScript can't hold")
}

/// The item stands at this revision; those of old have none.
pub(crate) fn at_revision(revision: u32) -> Condition {
    let is_old = if revision == 0 { "attribute_not_exists(revision) OR " } else { "" };
    let number = AttributeValue::N(revision.to_string());
    Condition {
        expression: Some(format!("{is_old}revision = :revision")),
        values: Some(Item::from([(":revision".to_owned(), number)])),
        ..Condition::default()
    }
}

/// An instrument, in the catalogue.
pub(crate) fn instrument_item(instrument: &Instrument) -> Result<Item> {
    let item = to_item(patterns::INSTRUMENT, keys::instrument(instrument.id), instrument)?;
    let place = keys::instrument_in_catalogue(instrument.id);
    Ok(indexed(item, keys::CATALOGUE.to_owned(), place))
}

/// A provider, in the catalogue unless it is gone.
pub(crate) fn provider_item(provider: &Provider) -> Result<Item> {
    let item = to_item(patterns::PROVIDER, keys::provider(provider.id), provider)?;
    if provider.deleted_at.is_some() {
        return Ok(item);
    }
    let place = keys::provider_in_catalogue(provider.instrument_id, provider.id);
    Ok(indexed(item, keys::CATALOGUE.to_owned(), place))
}
