//! The samples that a model was made of. Few stand on the enrolment itself;
//! many are kept beside it, a thousand in an item, under a version of their
//! own: the enrolment's one write switches from one version to the next.

use std::collections::HashSet;
use std::ops::Range;

use attesta_model::{EnrolmentId, Error, MOST_USED, Reason, Result, SampleId};
use serde::{Deserialize, Serialize};

use crate::access::OwnModel;
use crate::batch::{delete_one, put_one};
use crate::keys::{self, Key};
use crate::listing::{ListPage, ListQuery, Position};
use crate::sample::SampleRow;
use crate::table::{Query, Sort, from_item, to_item};
use crate::{EnrolmentRow, Store, patterns};

/// So many stand on the enrolment itself, and show in a list of enrolments.
const INLINE: usize = 100;
/// So many stand in an item.
const CHUNK: usize = 1_000;
/// So many show with an enrolment.
pub const MOST_SHOWN: usize = CHUNK;
/// So few are read one by one.
const FEW: usize = 10;

/// What an enrolment knows of the samples that its model was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedSamples {
    /// The first hundred, in ascending order.
    #[serde(rename = "used")]
    pub first: Vec<SampleId>,
    /// How many there are.
    #[serde(rename = "used_count")]
    pub count: usize,
    /// The version of the items that hold them; 0 where the first are all.
    #[serde(rename = "used_version")]
    pub version: u64,
}

impl UsedSamples {
    /// Whether the first are all.
    pub(crate) const fn is_whole(&self) -> bool {
        self.version == 0
    }

    /// The items that hold the samples at these places.
    fn chunks(&self, id: EnrolmentId, places: &Range<usize>) -> Vec<Key> {
        if self.is_whole() {
            return Vec::new();
        }
        let last = places.end.min(self.count).div_ceil(CHUNK);
        let chunks = places.start / CHUNK..last;
        chunks.map(|chunk| keys::used_samples_chunk(id, self.version, chunk)).collect()
    }
}

/// A thousand of them.
#[derive(Debug, Serialize, Deserialize)]
struct Chunk {
    samples: Vec<SampleId>,
}

impl Store {
    /// The samples that these numbers name, in ascending order; those that the
    /// model was made of already are known to be its learner's.
    ///
    /// # Errors
    /// [`Error::Invalid`] for too many, and for one that is no sample of the
    /// learner for the provider's instrument.
    pub async fn usable_samples(&self, model: &OwnModel, given: &[i64]) -> Result<Vec<SampleId>> {
        if given.len() > MOST_USED {
            let text = format!("Ensure this field has no more than {MOST_USED} elements.");
            return Err(Error::field("used_samples", Reason::Rule(text)));
        }
        let sample = |number: &i64| {
            let id = u64::try_from(*number).ok().and_then(SampleId::new);
            id.ok_or_else(|| unknown(number))
        };
        let mut ids: Vec<_> = given.iter().map(sample).collect::<Result<_>>()?;
        ids.sort_unstable();
        ids.dedup();
        let used = match model.row() {
            Some(row) if !ids.is_empty() => self.used(row, 0..usize::MAX).await?,
            _ => Vec::new(),
        };
        let is_new = |id: &SampleId| used.binary_search(id).is_err();
        let new: Vec<_> = ids.iter().copied().filter(is_new).collect();
        let known = self.known_samples(model, &new).await?;
        match new.iter().find(|id| !known.contains(id)) {
            Some(stranger) => Err(unknown(stranger)),
            None => Ok(ids),
        }
    }

    /// Which of these, in ascending order, are samples of a model's learner and
    /// instrument. Few are read one by one, many with what lies between them:
    /// a sample costs a unit so, and less than a tenth of one there.
    async fn known_samples(&self, model: &OwnModel, ids: &[SampleId]) -> Result<HashSet<SampleId>> {
        let (learner, instrument) = (model.learner_id(), model.instrument_id());
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else {
            return Ok(HashSet::new());
        };
        let rows: Vec<SampleRow> = if ids.len() <= FEW {
            let found =
                self.table.get_each(ids.iter().copied().map(keys::sample).collect()).await?;
            found.into_iter().flatten().map(from_item).collect::<Result<_>>()?
        } else {
            let place = |id: &SampleId| keys::sample_in_learner(id.get());
            let between = Sort::Between(place(first), place(last));
            let partition = keys::learner_samples(learner, instrument);
            self.walk(Query::index(partition, between), usize::MAX).await?
        };
        let is_own = |row: &SampleRow| row.learner_id == learner && row.instrument_id == instrument;
        Ok(rows.into_iter().filter(is_own).map(|row| row.id).collect())
    }

    /// Keeps a set of samples for an enrolment that is about to switch to it.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn keep_used(&self, model: &OwnModel, ids: &[SampleId]) -> Result<UsedSamples> {
        let id = model.enrolment()?.id;
        let first = ids.iter().copied().take(INLINE).collect();
        if ids.len() <= INLINE {
            return Ok(UsedSamples { first, count: ids.len(), version: 0 });
        }
        let used = UsedSamples { first, count: ids.len(), version: self.ids.integer()? };
        let chunks = used.chunks(id, &(0..ids.len())).into_iter().zip(ids.chunks(CHUNK));
        let puts = chunks.map(|(key, samples)| {
            let chunk = Chunk { samples: samples.to_vec() };
            put_one(to_item(patterns::USED_SAMPLES, key, &chunk)?)
        });
        self.table.write_many(puts.collect::<Result<_>>()?).await?;
        Ok(used)
    }

    /// Forgets a set of samples that an enrolment has switched from, or never
    /// switched to.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn forget_used(&self, id: EnrolmentId, used: &UsedSamples) -> Result<()> {
        let chunks = used.chunks(id, &(0..used.count));
        let deletes = chunks.iter().map(delete_one).collect::<Result<_>>()?;
        self.table.write_many(deletes).await
    }

    /// The samples that a model was made of, as many as show with it.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn shown_samples(&self, row: &EnrolmentRow) -> Result<Vec<SampleId>> {
        self.used(row, 0..MOST_SHOWN).await
    }

    /// The samples at these places among those that a model was made of.
    pub(crate) async fn used(
        &self,
        row: &EnrolmentRow,
        places: Range<usize>,
    ) -> Result<Vec<SampleId>> {
        const TRIES: u32 = 8;
        let mut used = row.used.clone();
        for _ in 0..TRIES {
            if used.is_whole() {
                return Ok(cut(&used.first, &places, 0));
            }
            let chunks = self.table.get_each(used.chunks(row.id, &places)).await?;
            if let Some(chunks) = chunks.into_iter().collect::<Option<Vec<_>>>() {
                let mut samples = Vec::with_capacity(chunks.len() * CHUNK);
                for chunk in chunks {
                    samples.extend(from_item::<Chunk>(chunk)?.samples);
                }
                return Ok(cut(&samples, &places, places.start / CHUNK * CHUNK));
            }
            // Another set took its place meanwhile.
            let [now] =
                self.table.get_many([keys::enrolment(row.learner_id, row.provider_id)]).await?;
            let Some(now) = now else { return Ok(Vec::new()) };
            used = from_item::<EnrolmentRow>(now)?.used;
        }
        Err(Error::internal("the used samples changed eight times while they were read"))
    }

    /// A page of the samples that a model was made of. Its offset leads right
    /// to them, so that no cursor is needed.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn used_samples(
        &self,
        model: &OwnModel,
        query: &ListQuery,
    ) -> Result<ListPage<SampleRow>> {
        let Position::Offset(offset) = query.position else {
            return Err(Error::Refused("This list has no cursor.".to_owned()));
        };
        let none = ListPage { count: 0, rows: Vec::new(), has_more: false, has_cursor: false };
        let Some(row) = model.row() else { return Ok(none) };
        let end = offset.saturating_add(query.limit);
        let ids = self.used(row, offset..end).await?;
        let items = self.table.get_each(ids.iter().copied().map(keys::sample).collect()).await?;
        let rows = items.into_iter().flatten().map(from_item).collect::<Result<_>>()?;
        Ok(ListPage { count: row.used.count, rows, has_more: end < row.used.count, ..none })
    }
}

/// What stands at these places, of a part that begins at another.
fn cut(part: &[SampleId], places: &Range<usize>, begins: usize) -> Vec<SampleId> {
    let skipped = part.iter().skip(places.start.saturating_sub(begins));
    skipped.take(places.len()).copied().collect()
}

fn unknown(id: impl std::fmt::Display) -> Error {
    let text = format!("Invalid pk \"{id}\" - object does not exist.");
    Error::field("used_samples", Reason::Rule(text))
}
