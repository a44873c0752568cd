//! What an installation starts with: written by whoever sets it up, with the
//! table's own rights, and by no caller of an operation.

use attesta_model::verification::SampleStatus;
use attesta_model::{Instrument, Organisation, Profile, Provider, Result, User};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::sample::sample_item;
use crate::table::{Condition, indexed, put_one, to_item};
use crate::{SampleRow, Store, keys, patterns};

/// Writes first things. Each may be written again.
#[derive(Debug, Clone, Copy)]
pub struct Seed<'a>(pub &'a Store);

impl Seed<'_> {
    /// An instrument.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn instrument(&self, instrument: &Instrument) -> Result<()> {
        let key = keys::instrument(instrument.id);
        let item = to_item(patterns::INSTRUMENT, key, instrument)?;
        let place = keys::instrument_in_catalogue(instrument.id);
        let item = indexed(item, keys::CATALOGUE.to_owned(), place);
        self.0.table.put(item, Condition::default()).await.map(drop)
    }

    /// A provider.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn provider(&self, provider: &Provider) -> Result<()> {
        let item = to_item(patterns::PROVIDER, keys::provider(provider.id), provider)?;
        let place = keys::provider_in_catalogue(provider.instrument_id, provider.id);
        let item = indexed(item, keys::CATALOGUE.to_owned(), place);
        self.0.table.put(item, Condition::default()).await.map(drop)
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

    /// A user.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn user(&self, user: &User) -> Result<()> {
        let item = to_item(patterns::USER, keys::user(user.id), user)?;
        self.0.table.put(item, Condition::default()).await.map(drop)
    }

    /// What a user may do in an organisation.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn profile(&self, profile: &Profile) -> Result<()> {
        let key = keys::profile(profile.user_id, profile.organisation_id);
        let item = to_item(patterns::PROFILE, key, profile)?;
        self.0.table.put(item, Condition::default()).await.map(drop)
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
