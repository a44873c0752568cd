//! Handles to samples.

use attesta_identity::ProviderCaller;
use attesta_model::{Error, LearnerId, ProviderId, Result, SampleId};

use super::{OwnProvider, provider_keys};
use crate::table::{Item, from_item};
use crate::{SampleRow, Store, keys};

/// A sample of the instrument that the caller's own provider implements.
#[derive(Debug, Clone)]
pub struct OwnSample {
    row: SampleRow,
    provider_id: ProviderId,
}

impl OwnSample {
    /// That provider.
    #[must_use]
    pub const fn provider_id(&self) -> ProviderId {
        self.provider_id
    }

    /// The sample as it stands.
    #[must_use]
    pub const fn row(&self) -> &SampleRow {
        &self.row
    }
}

impl Store {
    /// A sample of a learner for the instrument of the caller's own provider.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], and [`Error::NotFound`].
    pub async fn own_sample(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        learner: &str,
        sample: &str,
    ) -> Result<OwnSample> {
        let [own, credential] = provider_keys(caller);
        let keys = [own, credential, keys::sample(sample_id(sample)?)];
        let [own, credential, row] = self.table.get_many(keys).await?;
        let own = self.provider_handle(caller, provider, [own, credential])?;
        sample_handle(&own, learner, row)
    }
}

/// Judges the item under the key of a sample that was asked for under a
/// learner: what is another's, or another instrument's, isn't there.
pub(crate) fn sample_handle(
    own: &OwnProvider,
    learner: &str,
    item: Option<Item>,
) -> Result<OwnSample> {
    let row: SampleRow = from_item(item.ok_or_else(Error::not_found)?)?;
    let learner: Option<LearnerId> = learner.parse().ok();
    let is_own = learner == Some(row.learner_id) && row.instrument_id == own.provider.instrument_id;
    is_own.then_some(OwnSample { row, provider_id: own.provider.id }).ok_or_else(Error::not_found)
}

/// A sample's number as a path has it; one that can't be one is looked up as
/// one that isn't there, so that the caller is checked all the same.
pub(crate) fn sample_id(text: &str) -> Result<SampleId> {
    let absent = SampleId::new(0).ok_or_else(Error::not_found)?;
    Ok(text.parse().unwrap_or(absent))
}
