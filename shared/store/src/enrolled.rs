//! How far a learner is enrolled, as their organisation sees it.

use std::collections::BTreeMap;

use attesta_identity::UserCaller;
use attesta_model::{Error, InstrumentId, LearnerId, OrganisationId, ProviderId, Result};
use serde::Deserialize;
use tokio::try_join;

use crate::access::CanRead;
use crate::table::{Query, Sort, from_item, key_of};
use crate::{SampleCount, Store, keys};

/// How far a learner is enrolled for an instrument.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Enrolled {
    /// Their samples.
    pub samples: SampleCount,
    /// The providers that began a model of them.
    pub providers: Vec<ProviderEnrolled>,
}

/// How far a provider's model of a learner is made.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct ProviderEnrolled {
    /// The provider.
    pub provider_id: ProviderId,
    /// The instrument that it implements.
    pub instrument_id: InstrumentId,
    /// How far the model is made, as the provider says.
    pub percentage: f64,
    /// Whether it is good enough to verify with.
    pub can_analyse: bool,
}

impl Store {
    /// How far a learner is enrolled, by instrument; those without samples and
    /// models are left out.
    ///
    /// # Errors
    /// Those of [`Store::learner_of`].
    pub async fn enrolled(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        learner: LearnerId,
    ) -> Result<BTreeMap<InstrumentId, Enrolled>> {
        let under = |partition: String, prefix: &str| {
            self.table.query_all(Query::table(partition, Sort::StartsWith(prefix.to_owned())))
        };
        let (_, models, counts) = try_join!(
            self.learner_of::<CanRead>(caller, organisation, learner),
            under(keys::learner_partition(learner), keys::ENROLMENT_PREFIX),
            under(keys::learner_counts(learner), keys::SAMPLE_COUNT_PREFIX),
        )?;
        let mut found: BTreeMap<_, Enrolled> = BTreeMap::new();
        for item in counts {
            let instrument = key_of(&item).and_then(|key| keys::sample_count_of(&key));
            let instrument = instrument.ok_or_else(|| Error::internal("a count of nothing"))?;
            found.entry(instrument).or_default().samples = from_item(item)?;
        }
        for item in models {
            let model: ProviderEnrolled = from_item(item)?;
            found.entry(model.instrument_id).or_default().providers.push(model);
        }
        Ok(found)
    }
}
