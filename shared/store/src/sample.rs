//! Samples, as the providers of their instrument see them.

use attesta_identity::ProviderCaller;
use attesta_model::verification::{SampleStatus, Verdicts};
use attesta_model::{Error, InstrumentId, LearnerId, OrganisationId, Result, SampleId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::listing::{Compare, ListPage, ListQuery, Listed, Row, Sortable};
use crate::patterns;
use crate::table::{Item, Query, Sort, from_item, indexed, to_item};
use crate::{Store, keys};

/// Data that a learner is enrolled with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRow {
    /// Its number.
    pub id: SampleId,
    /// The learner it is of.
    pub learner_id: LearnerId,
    /// The organisation that handed it in.
    pub organisation_id: OrganisationId,
    /// The instrument that it is for.
    pub instrument_id: InstrumentId,
    /// Where the data is, in the bucket.
    pub data_key: String,
    /// What has become of it; follows from its verdicts.
    pub status: SampleStatus,
    /// Where its verdicts stand.
    #[serde(default)]
    pub verdicts: Verdicts,
    /// Goes up by one with each change.
    pub version: u32,
    /// When it came in.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// How many samples of a learner there are for an instrument; changes in the
/// transactions that add samples or change their status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleCount {
    /// All of them.
    #[serde(default)]
    pub count: usize,
    /// The valid ones.
    #[serde(default)]
    pub valid: usize,
}

impl Store {
    /// The samples of a learner for the instrument of the caller's own
    /// provider; none of a learner that is not known.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], [`Error::NotFound`] for a learner that
    /// can't be one, and [`Error::Refused`] for a page too far in to be walked
    /// to.
    pub async fn own_samples(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        learner: &str,
        query: &ListQuery,
    ) -> Result<ListPage<SampleRow>> {
        let own = self.own_provider(caller, provider).await?;
        let learner: LearnerId = learner.parse().map_err(|_| Error::not_found())?;
        let instrument = own.provider().instrument_id;
        let count = async { Ok(self.sample_count(learner, instrument).await?.count) };
        self.list(learner_samples(learner, instrument), query, count).await
    }

    /// The counts of a learner's samples for an instrument.
    pub(crate) async fn sample_count(
        &self,
        learner: LearnerId,
        instrument: InstrumentId,
    ) -> Result<SampleCount> {
        let [count] = self.table.get_many([keys::sample_count(learner, instrument)]).await?;
        count.map(from_item).transpose().map(Option::unwrap_or_default)
    }
}

/// A learner's samples for an instrument, as a list.
pub(crate) fn learner_samples(learner: LearnerId, instrument: InstrumentId) -> Listed {
    let partition = keys::learner_samples(learner, instrument);
    Listed { query: Query::index(partition, Sort::Any), place: keys::sample_in_learner }
}

/// A sample as an item, on the index of its learner and instrument.
pub(crate) fn sample_item(row: &SampleRow) -> Result<Item> {
    let item = to_item(patterns::SAMPLE, keys::sample(row.id), row)?;
    Ok(indexed(
        item,
        keys::learner_samples(row.learner_id, row.instrument_id),
        keys::sample_in_learner(row.id.get()),
    ))
}

impl Row for SampleRow {
    fn number(&self) -> u64 {
        self.id.get()
    }
}

impl Sortable for SampleRow {
    const FIELDS: &'static [(&'static str, Compare<Self>)] =
        &[("learner_id", |a, b| a.learner_id.cmp(&b.learner_id))];

    fn texts(&self) -> Vec<String> {
        vec![self.learner_id.to_string()]
    }
}
