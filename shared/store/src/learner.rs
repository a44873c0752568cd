//! Learners.

use attesta_identity::UserCaller;
use attesta_model::{Error, Learner, LearnerId, OrganisationId, Result};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::access::{self, CanSubmit, Organisation, Right};
use crate::patterns;
use crate::table::{Condition, Written, from_item, to_item};
use crate::{Store, keys};

impl Store {
    /// A learner of an organisation that the caller has the right `R` to, and of
    /// whom things are taken and kept.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are not that organisation's or are being
    /// erased, and those of [`Store::organisation`].
    pub async fn learner_of<R: Right>(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        id: LearnerId,
    ) -> Result<Learner> {
        let learner = self.learner_or_trace::<R>(caller, organisation, id).await?;
        Some(learner).filter(Learner::is_kept).ok_or_else(Error::not_found)
    }

    /// A learner of an organisation that the caller has the right `R` to, or
    /// what is left of one.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are not that organisation's, and those of
    /// [`Store::organisation`].
    pub async fn learner_or_trace<R: Right>(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        id: LearnerId,
    ) -> Result<Learner> {
        let mut keys = access::organisation_keys(caller, organisation);
        keys.push(keys::learner(id));
        let mut found = self.table.get_all(&keys).await?;
        self.organisation_handle::<R>(caller, organisation, &mut found)?;
        let learner = found.remove(&keys::learner(id));
        let learner: Option<Learner> = learner.map(from_item).transpose()?;
        let own = learner.filter(|learner| learner.organisation_id == organisation);
        own.ok_or_else(Error::not_found)
    }

    /// Brings a learner into an organisation; whether they are new to it, as
    /// one is who was erased before.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the learner is another organisation's,
    /// [`Error::Conflict`] while they are being erased.
    pub async fn put_learner(
        &self,
        organisation: &Organisation<CanSubmit>,
        id: LearnerId,
    ) -> Result<(Learner, bool)> {
        let learner = Learner {
            id,
            organisation_id: organisation.id(),
            created_at: self.ids.now(),
            erasing_at: None,
            erased_at: None,
        };
        let item = to_item(patterns::LEARNER, keys::learner(id), &learner)?;
        let own = AttributeValue::S(organisation.id().to_string());
        let condition = Condition {
            expression: Some(
                "attribute_not_exists(pk) OR (attribute_exists(erased_at) AND organisation_id = :o)"
                    .to_owned(),
            ),
            ..Condition::default()
        };
        match self.table.put(item, condition.value(":o", own)).await? {
            Written::Done => Ok((learner, true)),
            Written::Refused(present) => {
                let present: Learner = from_item(present.ok_or_else(Error::not_found)?)?;
                if present.organisation_id != organisation.id() {
                    Err(Error::not_found())
                } else if present.is_kept() {
                    Ok((present, false))
                } else {
                    let message = "The learner is being erased.".to_owned();
                    Err(Error::Conflict { code: "being_erased", message })
                }
            }
        }
    }
}
