//! Histograms of a learner's results.

use attesta_identity::UserCaller;
use attesta_model::verification::BINS;
use attesta_model::{Error, InstrumentId, LearnerId, OrganisationId, ProviderId, Result};
use tokio::try_join;

use crate::access::CanRead;
use crate::table::{Item, Query, Sort, key_of};
use crate::{Store, keys};

/// How many results lie in each bin.
pub type Bins = [u64; BINS];

/// The results of a learner by an instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// The instrument.
    pub instrument_id: InstrumentId,
    /// Those of all its providers.
    pub bins: Bins,
    /// Those of each.
    pub providers: Vec<ProviderHistogram>,
}

/// The results of a learner by one provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderHistogram {
    /// The provider.
    pub provider_id: ProviderId,
    /// Its results.
    pub bins: Bins,
}

impl Store {
    /// The histograms of a learner's results, by instrument; at most a second
    /// behind.
    ///
    /// # Errors
    /// Those of [`Store::learner_of`].
    pub async fn histograms(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        learner: LearnerId,
    ) -> Result<Vec<Histogram>> {
        let prefix = Sort::StartsWith(keys::HISTOGRAM_PREFIX.to_owned());
        let query = Query::table(keys::learner_counts(learner), prefix);
        let (_, items) = try_join!(
            self.learner_of::<CanRead>(caller, organisation, learner),
            self.table.query_all(query),
        )?;
        fold(items)
    }
}

/// An instrument's providers come right after it.
fn fold(items: Vec<Item>) -> Result<Vec<Histogram>> {
    let mut found: Vec<Histogram> = Vec::new();
    for item in items {
        let bins = std::array::from_fn(|bin| number(&item, &format!("b{bin}")));
        let place = key_of(&item).and_then(|key| keys::histogram_of(&key));
        match (place.ok_or_else(|| Error::internal("a histogram of nothing"))?, found.last_mut()) {
            ((instrument_id, None), _) => {
                found.push(Histogram { instrument_id, bins, providers: Vec::new() });
            }
            ((_, Some(provider_id)), Some(instrument)) => {
                instrument.providers.push(ProviderHistogram { provider_id, bins });
            }
            _ => return Err(Error::internal("a provider's histogram without its instrument's")),
        }
    }
    Ok(found)
}

fn number(item: &Item, name: &str) -> u64 {
    let number = item.get(name).and_then(|value| value.as_n().ok());
    number.and_then(|number| number.parse().ok()).unwrap_or_default()
}
