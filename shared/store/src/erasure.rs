//! Erasing a learner: everything that is kept of them goes, step by step.
//!
//! The learner is marked first, so that nothing new is taken of them. Each step
//! may be made again; what came in beside the mark is found by a second pass,
//! once every form to upload with has run out.

use attesta_model::{EnrolmentId, Error, InstrumentId, Learner, LearnerId, ProviderId, RequestId};
use attesta_model::{Result, SampleId};
use jiff::Timestamp;
use serde::Deserialize;

use crate::access::{CanManage, Organisation};
use crate::batch::delete_one;
use crate::keys::{self, Counted, Key};
use crate::table::{Condition, Item, Query, Sort, from_item, key_of};
use crate::{Due, DueRow, Store};

/// Requests or samples looked up at a time.
const PAGE: i32 = 100;

impl Store {
    /// Marks a learner to be erased; how they stand now. Marked already, they
    /// stay as they are.
    ///
    /// # Errors
    /// [`Error::NotFound`] where they are not that organisation's.
    pub async fn begin_erasure(
        &self,
        organisation: &Organisation<CanManage>,
        id: LearnerId,
    ) -> Result<Learner> {
        let now = self.ids.now();
        let key = keys::learner(id);
        let text = |text: &str| serde_dynamo::to_attribute_value(text).map_err(Error::internal);
        let condition = Condition {
            expression: Some(
                "organisation_id = :o AND attribute_not_exists(erasing_at)".to_owned(),
            ),
            ..Condition::default()
        };
        let condition = condition
            .value(":o", text(&organisation.id().to_string())?)
            .value(":now", serde_dynamo::to_attribute_value(now).map_err(Error::internal)?);
        let due = DueRow { at: now, due: Due::Erasure { learner_id: id } };
        let writes = vec![
            self.table.update_if(&key, "SET erasing_at = :now", condition)?,
            self.file_due(&due)?,
        ];
        let _ = self.table.transact(writes).await?;
        let [item] = self.table.get_many([key]).await?;
        let learner: Option<Learner> = item.map(from_item).transpose()?;
        let own = learner.filter(|learner| learner.organisation_id == organisation.id());
        let own = own.ok_or_else(Error::not_found)?;
        if own.erasing_at.is_none() {
            return Err(Error::Conflict {
                code: "busy",
                message: "The learner is being changed by others; try again.".to_owned(),
            });
        }
        Ok(own)
    }

    /// A learner who is to be erased, if they still are.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn to_be_erased(&self, id: LearnerId) -> Result<Option<Learner>> {
        let [item] = self.table.get_many([keys::learner(id)]).await?;
        let learner: Option<Learner> = item.map(from_item).transpose()?;
        Ok(learner.filter(|learner| learner.erasing_at.is_some() && learner.erased_at.is_none()))
    }

    /// Some of a learner's requests; none once they are all gone.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn requests_of(&self, learner: LearnerId) -> Result<Vec<RequestId>> {
        self.numbers(keys::learner_requests(learner), RequestId::new).await
    }

    /// Some of a learner's samples for an instrument; none once they are gone.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn samples_of(
        &self,
        learner: LearnerId,
        instrument: InstrumentId,
    ) -> Result<Vec<SampleId>> {
        self.numbers(keys::learner_samples(learner, instrument), SampleId::new).await
    }

    async fn numbers<T>(&self, partition: String, id: fn(u64) -> Option<T>) -> Result<Vec<T>> {
        #[derive(Deserialize)]
        struct Numbered {
            id: u64,
        }
        let query = Query { limit: Some(PAGE), ..Query::index(partition, Sort::Any) };
        let items = self.table.query(query).await?.items;
        let number = |item| from_item(item).map(|row: Numbered| id(row.id));
        items.into_iter().filter_map(|item| number(item).transpose()).collect()
    }

    /// Takes a request out with its results, each of which counts no more.
    ///
    /// # Errors
    /// When the table can't be read or written; the call may then be made again.
    pub async fn erase_request(&self, id: RequestId) -> Result<()> {
        #[derive(Deserialize)]
        struct Of {
            provider_id: Option<ProviderId>,
        }
        let shard = keys::count_shard(id.get());
        for item in self.partition(keys::request_partition(id)).await? {
            let Some(key) = key_of(&item) else { continue };
            let Of { provider_id } = from_item(item)?;
            let count = provider_id.map(|id| keys::count(id, Counted::Results, shard));
            self.uncount(&key, count).await?;
        }
        Ok(())
    }

    /// Takes a sample out with its validations.
    ///
    /// # Errors
    /// When the table can't be read or written; the call may then be made again.
    pub async fn erase_sample(&self, id: SampleId) -> Result<()> {
        self.erase_partition(keys::sample_partition(id)).await
    }

    /// Takes a learner's enrolments and all that is counted of them out; how
    /// many items that were.
    ///
    /// # Errors
    /// When the table can't be read or written; the call may then be made again.
    pub async fn erase_enrolments(&self, learner: LearnerId) -> Result<usize> {
        #[derive(Deserialize)]
        struct Enrolment {
            id: EnrolmentId,
            provider_id: ProviderId,
        }
        let query = Query::table(
            keys::learner_partition(learner),
            Sort::StartsWith(keys::ENROLMENT_PREFIX.to_owned()),
        );
        let items = self.table.query_all(query).await?;
        let counts = self.partition(keys::learner_counts(learner)).await?;
        let erased = items.len() + counts.len();
        for item in items {
            let Some(key) = key_of(&item) else { continue };
            let enrolment: Enrolment = from_item(item)?;
            self.erase_partition(keys::used_samples(enrolment.id)).await?;
            let shard = keys::count_shard(enrolment.id.get());
            let count = keys::count(enrolment.provider_id, Counted::Enrolments, shard);
            self.uncount(&key, Some(count)).await?;
        }
        self.delete_all(&counts).await?;
        Ok(erased)
    }

    /// Says that a learner is erased: nothing but that is kept of them.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn finish_erasure(&self, id: LearnerId) -> Result<()> {
        let now: Timestamp = self.ids.now();
        let at = serde_dynamo::to_attribute_value(now).map_err(Error::internal)?;
        let condition = Condition::is_there().value(":now", at);
        self.table.update(&keys::learner(id), "SET erased_at = :now", condition).await.map(drop)
    }

    /// Deletes an item and takes one from a count, if the item was still there.
    async fn uncount(&self, key: &Key, count: Option<Key>) -> Result<()> {
        const TRIES: u32 = 8;
        for attempt in 0..TRIES {
            let mut writes = vec![self.table.delete_if(key, Condition::is_there())?];
            if let Some(count) = &count {
                writes.push(self.table.add_to(count, "count", -1)?);
            }
            match self.table.transact(writes).await? {
                Ok(()) => return Ok(()),
                Err(cancelled) if cancelled.at.is_some() => return Ok(()),
                Err(_) => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("an item could not be erased in eight tries"))
    }

    async fn partition(&self, partition: String) -> Result<Vec<Item>> {
        self.table.query_all(Query::table(partition, Sort::Any)).await
    }

    async fn erase_partition(&self, partition: String) -> Result<()> {
        let items = self.partition(partition).await?;
        self.delete_all(&items).await
    }

    async fn delete_all(&self, items: &[Item]) -> Result<()> {
        let deletes = items.iter().filter_map(key_of).map(|key| delete_one(&key));
        self.table.write_many(deletes.collect::<Result<_>>()?).await
    }
}
