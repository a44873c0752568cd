//! The run over what is due: rows by minute and shard, from the last minute
//! that is done through the coming two.

use std::ops::RangeInclusive;
use std::time::Instant;

use attesta_model::{Error, Result};
use attesta_objects::Objects;
use attesta_store::keys::{self, DUE_SHARDS};
use attesta_store::{Due, DueRow, Item, Store};
use aws_sdk_sqs::Client;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::TIME_TO_STOP;
use crate::erasure::erase;
use crate::notices::Notices;
use crate::user_erasure::erase_user;

/// A run takes what is due so soon: the next one may be that late.
pub const COMING: SignedDuration = SignedDuration::from_secs(120);
/// So many minutes that are done are looked at again: a row may be written a
/// moment after its time.
const LOOKED_AT_AGAIN: i64 = 2;
/// The first run of all begins so many minutes back.
const FIRST_MINUTES: i64 = 15;
/// So many minutes are read at the same time, all shards of each.
const MINUTES_AT_ONCE: i64 = 6;
/// Rows read from a shard at a time.
const PAGE: i32 = 100;

/// What a run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Done {
    /// Notifications that went to their queues.
    pub told: usize,
    /// Samples, requests, learners and users that were seen to.
    pub seen_to: usize,
    /// Rows of what is no more, or is due at another time now.
    pub dropped: usize,
    /// Rows that were filed for later, undone: what they need refused.
    pub put_off: usize,
    /// Rows that can't be read, or that could not be taken out.
    pub failed: usize,
    /// Minutes that were left to the next run.
    pub left: i64,
}

/// What becomes of a row that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It did its work, and comes again at this time.
    Again(Timestamp),
    /// It did not, and comes again at this time.
    PutOff(Timestamp),
    /// It was seen to, and this comes next of it, if anything.
    SeenTo(Option<DueRow>),
    /// It is of nothing any more.
    Dropped,
    /// It stays.
    Kept,
}

/// Takes what is due out of the table, page by page, and does it. What can't
/// be done is filed for later, so that nothing holds up the mark of what is
/// done. A row that can't be read stays behind where it is, told in the log.
///
/// # Errors
/// When the table can't be read.
pub async fn run_due(store: &Store, queues: &Client, objects: &Objects) -> Result<Done> {
    let started = Instant::now();
    let now = store.ids().now();
    let (this_minute, last_minute) = (keys::minute(now), keys::minute(now + COMING));
    let mark = store.due_mark().await?.unwrap_or(this_minute - FIRST_MINUTES);
    let notices = Notices::new(store, queues, now);
    let mut run = Run { store, objects, now, started, notices, done: Done::default() };
    let mut finished = mark;
    let mut is_unbroken = true;
    let mut minute = mark + 1 - LOOKED_AT_AGAIN;
    while minute <= last_minute {
        let span = minute..=last_minute.min(minute + MINUTES_AT_ONCE - 1);
        minute = span.end() + 1;
        match run.minutes(span.clone()).await? {
            Went::Well if is_unbroken => finished = finished.max(*span.end()),
            Went::Well => {}
            Went::Wrong => is_unbroken = false,
            Went::NoFurther => {
                run.done.left = last_minute - span.start() + 1;
                break;
            }
        }
    }
    // What comes in this very minute is still to be filed.
    finished = finished.min(this_minute - 1);
    if finished > mark {
        store.set_due_mark(finished).await?;
    }
    Ok(run.done)
}

/// How some minutes went.
enum Went {
    /// Nothing is left of them that could be done.
    Well,
    /// Something could not be taken out.
    Wrong,
    /// There was no time left.
    NoFurther,
}

struct Run<'a> {
    store: &'a Store,
    objects: &'a Objects,
    now: Timestamp,
    started: Instant,
    notices: Notices<'a>,
    done: Done,
}

/// A minute, a shard, and where its next page begins.
type Place = (i64, u8, Option<Item>);

impl Run<'_> {
    async fn minutes(&mut self, span: RangeInclusive<i64>) -> Result<Went> {
        let shards = |minute| (0..DUE_SHARDS).map(move |shard| (minute, shard, None));
        let mut open: Vec<Place> = span.clone().flat_map(shards).collect();
        let mut went = Went::Well;
        while !open.is_empty() {
            if self.started.elapsed() > TIME_TO_STOP {
                return Ok(Went::NoFurther);
            }
            let rows = self.next_rows(&mut open).await?;
            if let Err(error) = self.take(&rows).await? {
                tracing::error!(%error, ?span, rows = rows.len(), "done, but not taken out");
                self.done.failed += rows.len();
                went = Went::Wrong;
            }
        }
        Ok(went)
    }

    /// A page from each place that has one more, all at the same time; soonest
    /// first.
    async fn next_rows(&mut self, open: &mut Vec<Place>) -> Result<Vec<DueRow>> {
        let mut reads = JoinSet::new();
        for (minute, shard, after) in open.drain(..) {
            let (store, before) = (self.store.clone(), self.now + COMING);
            reads.spawn(async move {
                let page = store.due_before(minute, shard, before, PAGE, after).await;
                (minute, shard, page)
            });
        }
        let mut rows = Vec::new();
        while let Some(read) = reads.join_next().await {
            let (minute, shard, page) = read.map_err(Error::internal)?;
            let page = page?;
            rows.extend(page.rows);
            self.done.failed += page.unreadable;
            open.extend(page.rest.map(|rest| (minute, shard, Some(rest))));
        }
        rows.sort_by_key(|row| row.at);
        Ok(rows)
    }

    /// Does what rows say, then takes them out and files what comes next. The
    /// inner error is that of taking them out: they come again then.
    async fn take(&mut self, rows: &[DueRow]) -> Result<Result<()>> {
        let fates = self.notices.tell(rows).await?;
        let (mut out, mut next) = (Vec::new(), Vec::new());
        for row in rows {
            let fate = match row.due {
                Due::Notification { .. } => fates.get(row).copied().unwrap_or(Fate::Kept),
                // Only what has come is late; the next run is in time for the rest.
                _ if row.at > self.now => Fate::Kept,
                _ => self.see_to(row).await.unwrap_or_else(|error| {
                    tracing::error!(%error, due = ?row.due, "put off");
                    Fate::PutOff(self.now + COMING)
                }),
            };
            match fate {
                Fate::Again(at) => {
                    self.done.told += 1;
                    next.push(DueRow { at, ..*row });
                }
                Fate::PutOff(at) => {
                    self.done.put_off += 1;
                    next.push(DueRow { at, ..*row });
                }
                Fate::SeenTo(row) => {
                    self.done.seen_to += 1;
                    next.extend(row);
                }
                Fate::Dropped => self.done.dropped += 1,
                Fate::Kept => continue,
            }
            out.push(*row);
        }
        Ok(self.store.due_done(&out, &next).await)
    }

    /// Does what a row that tells no provider says.
    async fn see_to(&self, row: &DueRow) -> Result<Fate> {
        let next = match row.due {
            Due::Validations { sample_id } => {
                self.store.time_out_validations(sample_id).await?;
                None
            }
            Due::Results { request_id, attempt } => {
                self.store.look_again(request_id, attempt).await?
            }
            Due::Erasure { learner_id } => {
                let until = self.started + TIME_TO_STOP;
                let next = erase(self.store, self.objects, learner_id, until).await?;
                next.map(|at| DueRow { at, ..*row })
            }
            Due::UserErasure { user_id } => {
                let until = self.started + TIME_TO_STOP;
                let next = erase_user(self.store, user_id, until).await?;
                next.map(|at| DueRow { at, ..*row })
            }
            Due::Notification { .. } => return Ok(Fate::Kept),
        };
        Ok(Fate::SeenTo(next))
    }
}
