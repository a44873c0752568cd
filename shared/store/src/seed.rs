//! What an installation starts with: written by whoever sets it up, with the
//! table's own rights, and by no caller of an operation.

use attesta_identity::Secret;
use attesta_model::verification::SampleStatus;
use attesta_model::{
    BusinessUnit, Connection, CredentialId, Instrument, Organisation, Profile, Provider,
    ProviderId, Result, User,
};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::batch::put_one;
use crate::catalogue_admin::{instrument_item, provider_item};
use crate::connections::connection_item;
use crate::enrolment::enrolment_item;
use crate::keys::Counted;
use crate::names::{Named, Names, name_items};
use crate::people::{name_items as name_items_of_user, profile_item};
use crate::provider_credentials::{CredentialList, list_item};
use crate::sample::sample_item;
use crate::table::{Condition, Item, to_item};
use crate::{CredentialKind, EnrolmentRow, SampleRow, Store, keys, patterns};

/// Writes first things. Each may be written again.
#[derive(Debug, Clone, Copy)]
pub struct Seed<'a>(pub &'a Store);

impl Seed<'_> {
    /// An instrument, with its names.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn instrument(&self, instrument: &Instrument) -> Result<()> {
        let names = Names::new(&instrument.acronym, &instrument.queue);
        let mut items = name_items(Named::Instrument, names, instrument.id.get())?;
        items.push(instrument_item(instrument)?);
        self.put_all(items).await
    }

    /// A provider, with its names.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn provider(&self, provider: &Provider) -> Result<()> {
        let names = Names::new(&provider.acronym, &provider.queue);
        let mut items = name_items(Named::Provider, names, provider.id.get())?;
        items.push(provider_item(provider)?);
        self.put_all(items).await
    }

    /// A provider's first credential; its secret is in the answer and nowhere
    /// else.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn credential(&self, provider: &Provider) -> Result<(CredentialId, Secret)> {
        let kind = CredentialKind::Provider {
            provider_id: provider.id,
            instrument_id: provider.instrument_id,
        };
        let (credential, secret) = self.0.new_credential(kind)?;
        let list = CredentialList::default().with(credential.id, &[]);
        self.put_all(vec![credential.item()?, list_item(provider.id, &list)?]).await?;
        Ok((credential.id, secret))
    }

    /// The list of a provider that has one credential, where it has no list yet.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn credential_list(&self, provider: ProviderId, only: CredentialId) -> Result<()> {
        let list = CredentialList::default().with(only, &[]);
        self.0.table.put(list_item(provider, &list)?, Condition::is_new()).await.map(drop)
    }

    async fn put_all(&self, items: Vec<Item>) -> Result<()> {
        let writes = items.into_iter().map(put_one).collect::<Result<_>>()?;
        self.0.table.write_many(writes).await
    }

    /// An organisation.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn organisation(&self, organisation: &Organisation) -> Result<()> {
        let key = keys::organisation(organisation.id);
        let item = to_item(patterns::ORGANISATION, key, organisation)?;
        self.0.table.put(item, Condition::default()).await.map(drop)
    }

    /// An organisation with its names, which nobody may have yet.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn named_organisation(&self, organisation: &Organisation) -> Result<()> {
        self.organisation(organisation).await?;
        let names = self.0.naming(organisation)?;
        self.0.table.transact(names.writes).await.map(drop)
    }

    /// A user, with their names.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn user(&self, user: &User) -> Result<()> {
        let mut items = name_items_of_user(user)?;
        items.push(to_item(patterns::USER, keys::user(user.id), user)?);
        self.put_all(items).await
    }

    /// What a user may do in an organisation.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn profile(&self, profile: &Profile) -> Result<()> {
        self.0.table.put(profile_item(profile)?, Condition::default()).await.map(drop)
    }

    /// A unit of an organisation, without its name being taken.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn business_unit(&self, unit: &BusinessUnit) -> Result<()> {
        let key = keys::business_unit(unit.organisation_id, unit.id);
        let item = to_item(patterns::BUSINESS_UNIT, key, unit)?;
        self.0.table.put(item, Condition::default()).await.map(drop)
    }

    /// That an organisation deals with another.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn connection(&self, connection: &Connection) -> Result<()> {
        let item = connection_item(connection)?;
        self.0.table.put(item, Condition::default()).await.map(drop)
    }

    /// Enrolments, all new and of one provider, and their count.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn enrolments(&self, rows: &[EnrolmentRow]) -> Result<()> {
        let Some(first) = rows.first() else { return Ok(()) };
        let items = rows.iter().map(|row| put_one(enrolment_item(row)?)).collect::<Result<_>>()?;
        self.0.table.write_many(items).await?;
        let count = AttributeValue::N(rows.len().to_string());
        let change = Condition::default().name("#c", "count").value(":c", count);
        let key = keys::count(first.provider_id, Counted::Enrolments, 0);
        self.0.table.update(&key, "ADD #c :c", change).await.map(drop)
    }

    /// Samples, all new and of one learner and instrument, and their count.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn samples(&self, rows: &[SampleRow]) -> Result<()> {
        let Some(first) = rows.first() else { return Ok(()) };
        let items = rows.iter().map(|row| put_one(sample_item(row)?)).collect::<Result<_>>()?;
        self.0.table.write_many(items).await?;
        let valid = rows.iter().filter(|row| row.status == SampleStatus::Valid).count();
        let number = |number: usize| AttributeValue::N(number.to_string());
        let change = Condition::default()
            .name("#c", "count")
            .value(":c", number(rows.len()))
            .value(":v", number(valid));
        let key = keys::sample_count(first.learner_id, first.instrument_id);
        self.0.table.update(&key, "ADD #c :c, valid :v", change).await.map(drop)
    }
}
