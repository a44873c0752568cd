//! Handles to validations.

use attesta_identity::ProviderCaller;
use attesta_model::{Error, Result, ValidationId};

use super::provider_keys;
use super::sample::{OwnSample, sample_handle, sample_id};
use crate::table::from_item;
use crate::{SampleRow, Store, ValidationRow, keys};

/// A validation that is the caller's own provider's to give.
#[derive(Debug, Clone)]
pub struct OwnValidation {
    sample: SampleRow,
    row: ValidationRow,
}

impl OwnValidation {
    /// The validation as it stands.
    #[must_use]
    pub const fn row(&self) -> &ValidationRow {
        &self.row
    }

    pub(crate) fn into_rows(self) -> (SampleRow, ValidationRow) {
        (self.sample, self.row)
    }
}

impl Store {
    /// A sample of a learner for the instrument of the caller's own provider,
    /// with that provider's validation, if there is one; none where there is no
    /// such sample.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`].
    pub async fn sample_and_own_validation(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        learner: &str,
        sample: &str,
    ) -> Result<Option<(OwnSample, Option<OwnValidation>)>> {
        let id = sample_id(sample)?;
        let [own, credential] = provider_keys(caller);
        let (sample, row) = (keys::sample(id), keys::validation(id, caller.provider_id));
        let [own, credential, sample, row] =
            self.table.get_many([own, credential, sample, row]).await?;
        let own = self.provider_handle(caller, provider, [own, credential])?;
        let sample = match sample_handle(&own, learner, sample) {
            Err(Error::NotFound(_)) => return Ok(None),
            sample => sample?,
        };
        let row: Option<ValidationRow> = row.map(from_item).transpose()?;
        let validation = row.map(|row| OwnValidation { sample: sample.row().clone(), row });
        Ok(Some((sample, validation)))
    }

    /// The validation of this number that is the caller's own provider's.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], and [`Error::NotFound`].
    pub async fn own_validation(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        (learner, sample): (&str, &str),
        id: &str,
    ) -> Result<OwnValidation> {
        let found = self.sample_and_own_validation(caller, provider, learner, sample).await?;
        let validation = found.and_then(|(_, validation)| validation);
        let id: Option<ValidationId> = id.parse().ok();
        validation.filter(|own| Some(own.row().id) == id).ok_or_else(Error::not_found)
    }
}
