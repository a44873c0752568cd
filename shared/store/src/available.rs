//! The samples that a model can still be made of.

use attesta_model::verification::SampleStatus;
use attesta_model::{Result, SampleId};
use tokio::try_join;

use crate::Store;
use crate::access::OwnModel;
use crate::listing::{ListPage, ListQuery, Part, Position, too_far};
use crate::sample::{SampleRow, learner_samples};
use crate::table::{Query, from_item};

/// So many samples are read at once, at most: about what a call brings.
const STRIDE: usize = 2_500;

impl Store {
    /// A page of a learner's valid samples, by number, less those that the
    /// model was made of. A sample is valid only when its validations are, so
    /// that its own status is enough to go by.
    ///
    /// The count is that of the counters, and never behind what is shown.
    ///
    /// # Errors
    /// [`attesta_model::Error::Refused`] for a page too far in to be walked to.
    pub async fn available_samples(
        &self,
        model: &OwnModel,
        query: &ListQuery,
    ) -> Result<ListPage<SampleRow>> {
        let (learner, instrument) = (model.learner_id(), model.instrument_id());
        let listed = learner_samples(learner, instrument);
        let part = Part::new(query.position, false, listed.place).ok_or_else(too_far)?;
        let used = async {
            match model.row() {
                Some(row) => self.used(row, 0..usize::MAX).await,
                None => Ok(Vec::new()),
            }
        };
        let wanted = part.skip + query.limit + 1;
        let known = model.row().map(|row| &row.used).filter(|used| used.is_whole());
        let mut stride = wanted + known.map_or(0, |used| ahead(&used.first, query.position));
        let from = Query { sort: part.sort.clone(), backwards: part.backwards, ..listed.query };
        let limited = |stride| Query { limit: i32::try_from(stride).ok(), ..from.clone() };
        let first = self.table.query(limited(stride));
        let (count, used, mut page) =
            try_join!(self.sample_count(learner, instrument), used, first)?;
        let mut rows: Vec<SampleRow> = Vec::with_capacity(wanted);
        loop {
            let mut reached = query.position;
            for item in page.items {
                let row: SampleRow = from_item(item)?;
                let id = row.id.get();
                reached = if part.backwards { Position::Before(id) } else { Position::After(id) };
                if is_available(&row, &used) {
                    rows.push(row);
                }
            }
            let after = page.last.filter(|_| rows.len() < wanted);
            if after.is_none() {
                break;
            }
            // Where all were used so far, more of them are likely to follow.
            let run = if rows.is_empty() { wanted + ahead(&used, reached) } else { 0 };
            stride = run.max(4 * stride).min(STRIDE);
            page = self.table.query(Query { after, ..limited(stride) }).await?;
        }
        let (rows, has_more) = part.cut(rows, query.limit);
        let shown = part.skip + rows.len();
        let count = count.valid.saturating_sub(used.len());
        let count = if rows.is_empty() { count } else { count.max(shown) };
        Ok(ListPage { count, rows, has_more, has_cursor: true })
    }
}

fn is_available(row: &SampleRow, used: &[SampleId]) -> bool {
    row.status == SampleStatus::Valid && used.binary_search(&row.id).is_err()
}

/// How many of these, in ascending order, a list may come by from a position.
fn ahead(used: &[SampleId], position: Position) -> usize {
    match position {
        Position::Offset(_) => used.len(),
        Position::After(id) => used.len() - used.partition_point(|used| used.get() <= id),
        Position::Before(id) => used.partition_point(|used| used.get() < id),
    }
}
