//! Learners.

use attesta_identity::UserCaller;
use attesta_model::{Error, Learner, LearnerId, OrganisationId, Result};

use crate::access::{self, CanSubmit, Organisation, Right};
use crate::patterns;
use crate::table::{Condition, Put, from_item, to_item};
use crate::{Store, keys};

impl Store {
    /// A learner of an organisation that the caller has the right `R` to.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are not that organisation's, and those of
    /// [`Store::organisation`].
    pub async fn learner_of<R: Right>(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        id: LearnerId,
    ) -> Result<Learner> {
        let [user, profile, home] = access::organisation_keys(caller, organisation);
        let keys = [user, profile, home, keys::learner(id)];
        let [user, profile, home, learner] = self.table.get_many(keys).await?;
        access::organisation_handle::<R>(organisation, [user, profile, home])?;
        let learner: Option<Learner> = learner.map(from_item).transpose()?;
        let own = learner.filter(|learner| learner.organisation_id == organisation);
        own.ok_or_else(Error::not_found)
    }

    /// Brings a learner into an organisation; whether they are new to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the learner is another organisation's.
    pub async fn put_learner(
        &self,
        organisation: &Organisation<CanSubmit>,
        id: LearnerId,
    ) -> Result<(Learner, bool)> {
        let learner =
            Learner { id, organisation_id: organisation.id(), created_at: self.ids.now() };
        let item = to_item(patterns::LEARNER, keys::learner(id), &learner)?;
        match self.table.put(item, Condition::is_new()).await? {
            Put::Done => Ok((learner, true)),
            Put::Refused(present) => {
                let present: Learner = from_item(present.ok_or_else(Error::not_found)?)?;
                let is_own = present.organisation_id == organisation.id();
                is_own.then_some((present, false)).ok_or_else(Error::not_found)
            }
        }
    }
}
