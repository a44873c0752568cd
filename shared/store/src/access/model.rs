//! Handles to providers' models of learners.

use attesta_identity::ProviderCaller;
use attesta_model::{Error, InstrumentId, Learner, LearnerId, ProviderId, Reason, Result};

use super::{OwnProvider, provider_keys};
use crate::table::from_item;
use crate::{EnrolmentRow, Store, keys};

/// The model that the caller's own provider has of a learner, or the place
/// where it would be.
#[derive(Debug, Clone)]
pub struct OwnModel {
    own: OwnProvider,
    learner_id: LearnerId,
    row: Option<EnrolmentRow>,
}

impl OwnModel {
    /// The provider.
    #[must_use]
    pub const fn provider_id(&self) -> ProviderId {
        self.own.provider.id
    }

    /// The instrument that it implements.
    #[must_use]
    pub const fn instrument_id(&self) -> InstrumentId {
        self.own.provider.instrument_id
    }

    /// The learner, who may be unknown.
    #[must_use]
    pub const fn learner_id(&self) -> LearnerId {
        self.learner_id
    }

    /// The enrolment as it stands, if there is one.
    #[must_use]
    pub const fn row(&self) -> Option<&EnrolmentRow> {
        self.row.as_ref()
    }

    /// The enrolment as it stands.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub fn enrolment(&self) -> Result<&EnrolmentRow> {
        self.row.as_ref().ok_or_else(Error::not_found)
    }
}

/// The same, of a learner who is known and stays.
#[derive(Debug, Clone)]
pub struct Lockable(pub(crate) OwnModel);

impl Store {
    /// The caller's own model of a learner, or its place.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], and [`Error::NotFound`] for a learner
    /// that can't be one.
    pub async fn own_model(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        learner: &str,
    ) -> Result<OwnModel> {
        let Ok(learner_id) = learner.parse() else {
            self.own_provider(caller, provider).await?;
            return Err(Error::not_found());
        };
        let [own, credential] = provider_keys(caller);
        let keys = [own, credential, keys::enrolment(learner_id, caller.provider_id)];
        let [own, credential, row] = self.table.get_many(keys).await?;
        let own = self.provider_handle(caller, provider, [own, credential])?;
        Ok(OwnModel { own, learner_id, row: row.map(from_item).transpose()? })
    }

    /// The caller's own model of a learner, to be locked.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], and [`Error::Invalid`] for a learner
    /// who is not known, or is to be erased.
    pub async fn lockable_model(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        learner_id: LearnerId,
    ) -> Result<Lockable> {
        let [own, credential] = provider_keys(caller);
        let enrolment = keys::enrolment(learner_id, caller.provider_id);
        let keys = [own, credential, keys::learner(learner_id), enrolment];
        let [own, credential, learner, row] = self.table.get_many(keys).await?;
        let own = self.provider_handle(caller, provider, [own, credential])?;
        let learner: Option<Learner> = learner.map(from_item).transpose()?;
        if !learner.is_some_and(|learner| learner.is_kept()) {
            let reason = Reason::Rule("Invalid learner".to_owned());
            return Err(Error::field("learner_id", reason));
        }
        Ok(Lockable(OwnModel { own, learner_id, row: row.map(from_item).transpose()? }))
    }
}
