//! Reading the audit log: by whom, and a page at a time.

use std::fmt;
use std::str::FromStr;

use attesta_identity::UserCaller;
use attesta_model::{Error, Result};
use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::try_join;
use uuid::Uuid;

use super::AuditRow;
use crate::access::AuditAccess;
use crate::keys::{self, AUDIT_SHARDS};
use crate::table::{Query, Sort, from_item};
use crate::{Store, Table};

/// So many rows are looked at for a page.
const MOST_LOOKED_AT: usize = 1_000;
/// So many at a time where not every one is wanted.
const AT_A_TIME: usize = 200;

/// Which rows are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those of this actor: a kind of actor, or an identifier.
    pub actor: Option<String>,
    /// Those to this thing: a kind of thing, or an identifier.
    pub thing: Option<String>,
    /// Those from this time on.
    pub from: Option<Timestamp>,
    /// Those before this time.
    pub to: Option<Timestamp>,
}

/// A row's place among all, by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPlace {
    milliseconds: i64,
    id: Uuid,
}

/// A page of the log.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// The rows, newest first.
    pub rows: Vec<AuditRow>,
    /// After which place the next page begins, if there may be one.
    pub next: Option<AuditPlace>,
}

/// A text that is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAPlace;

impl fmt::Display for AuditPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.milliseconds, self.id)
    }
}

impl FromStr for AuditPlace {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let (milliseconds, id) = text.split_once('.').ok_or(NotAPlace)?;
        let milliseconds = milliseconds.parse().map_err(|_| NotAPlace)?;
        // What is no time is no place either.
        Timestamp::from_millisecond(milliseconds).map_err(|_| NotAPlace)?;
        Ok(Self { milliseconds, id: id.parse().map_err(|_| NotAPlace)? })
    }
}

impl AuditPlace {
    fn of(row: &AuditRow) -> Self {
        Self { milliseconds: row.at.as_millisecond(), id: row.id }
    }

    fn key(self) -> String {
        let at = Timestamp::from_millisecond(self.milliseconds).unwrap_or_default();
        keys::audit(None, at, self.id).sk
    }
}

impl AuditFilter {
    fn lets_through(&self, row: &AuditRow) -> bool {
        let by = self.actor.as_deref().is_none_or(|actor| row.actor.is(actor));
        let to = self.thing.as_deref();
        by && to.is_none_or(|thing| row.things.iter().any(|one| one.is(thing)))
    }

    const fn is_choosy(&self) -> bool {
        self.actor.is_some() || self.thing.is_some()
    }

    /// The part of the log after a place, newest first; none where it is empty.
    fn part(&self, after: Option<AuditPlace>) -> Option<Sort> {
        // A bound is never empty: AWS takes no such key.
        let first = self.from.map_or_else(|| "0".to_owned(), keys::time);
        // No place goes on behind a time but with `#`, nor sorts after `~`.
        let before = self.to.map_or_else(|| "~".to_owned(), keys::time);
        let last = after.map_or_else(|| before.clone(), |place| place.key().min(before.clone()));
        (first < last).then_some(Sort::Between(first, last))
    }
}

impl Store {
    /// A page of the log: of all, or of one organisation, for staff; of their
    /// own organisation for its owner, which is their home where none is named.
    ///
    /// A filter by actor or thing looks at a thousand rows at most; the page may
    /// then be short of rows, or empty, and still not be the last.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the caller is no member of the organisation,
    /// [`Error::Forbidden`] where they are but don't own it, where it may not
    /// act, or where they have no home, and [`Error::SecondFactorRequired`] of
    /// staff without one.
    pub async fn audit(
        &self,
        caller: &UserCaller,
        organisation: Option<&str>,
        filter: &AuditFilter,
        after: Option<AuditPlace>,
        limit: usize,
    ) -> Result<AuditPage> {
        let access = self.audit_access(caller, organisation).await?;
        let page = self.audit_page(access, filter, after, limit);
        let (page, ()) = try_join!(page, self.check_audit_access(access))?;
        Ok(page)
    }

    async fn audit_page(
        &self,
        access: AuditAccess,
        filter: &AuditFilter,
        mut after: Option<AuditPlace>,
        limit: usize,
    ) -> Result<AuditPage> {
        let at_a_time = if filter.is_choosy() { AT_A_TIME } else { limit + 1 };
        let (mut rows, mut looked_at) = (Vec::new(), 0);
        while looked_at < MOST_LOOKED_AT {
            let found = self.table.audit_rows(access, filter, after, at_a_time).await?;
            let is_last = found.len() < at_a_time;
            for row in found {
                if rows.len() == limit {
                    return Ok(AuditPage { rows, next: after });
                }
                after = Some(AuditPlace::of(&row));
                looked_at += 1;
                rows.extend(Some(row).filter(|row| filter.lets_through(row)));
            }
            if is_last {
                return Ok(AuditPage { rows, next: None });
            }
        }
        Ok(AuditPage { rows, next: after })
    }
}

impl Table {
    /// So many rows after a place, newest first.
    async fn audit_rows(
        &self,
        access: AuditAccess,
        filter: &AuditFilter,
        after: Option<AuditPlace>,
        most: usize,
    ) -> Result<Vec<AuditRow>> {
        let Some(sort) = filter.part(after) else { return Ok(Vec::new()) };
        let queries = match access {
            AuditAccess::Own(id) | AuditAccess::OfStaff(id) => {
                vec![Query::table(keys::audit_of(id), sort)]
            }
            AuditAccess::All => (0..AUDIT_SHARDS)
                .map(|shard| Query::index(keys::audit_shard(shard), sort.clone()))
                .collect(),
        };
        let mut shards = JoinSet::new();
        for query in queries {
            let (table, query) = (self.clone(), Query { backwards: true, ..query });
            // The place itself comes again.
            shards.spawn(async move { table.query_up_to(query, most + 1).await });
        }
        let mut rows: Vec<AuditRow> = Vec::new();
        while let Some(items) = shards.join_next().await {
            for item in items.map_err(Error::internal)?? {
                rows.push(from_item(item)?);
            }
        }
        rows.retain(|row| Some(AuditPlace::of(row)) != after);
        rows.sort_unstable_by_key(|row| std::cmp::Reverse((row.at.as_millisecond(), row.id)));
        rows.truncate(most);
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_from_its_text_and_nothing_else_is() {
        let good = "1763798400000.0197f0a0-0000-7000-8000-00000000000a";
        assert_eq!(good.parse::<AuditPlace>().map(|place| place.to_string()), Ok(good.to_owned()));
        for bad in [
            "",
            "1763798400000",
            ".x",
            "x.0197f0a0-0000-7000-8000-00000000000a",
            "9223372036854775807.0197f0a0-0000-7000-8000-00000000000a",
        ] {
            assert_eq!(bad.parse::<AuditPlace>(), Err(NotAPlace), "{bad}");
        }
    }

    #[test]
    fn no_part_begins_after_its_end() {
        let at = |second| Timestamp::from_second(second).ok();
        let (id, now) = (Uuid::nil(), 1_763_798_400);
        let place = Some(AuditPlace { milliseconds: now * 1_000, id });
        for (from, to, after, is_there) in [
            (None, None, None, true),
            (at(now), at(now), None, false),
            (at(now), at(now + 1), None, true),
            (at(now + 1), None, place, false),
            (at(now), None, place, true),
        ] {
            let filter = AuditFilter { from, to, ..AuditFilter::default() };
            let part = filter.part(after);
            assert_eq!(part.is_some(), is_there, "{filter:?} {after:?}");
            let Some(Sort::Between(first, last)) = part else { continue };
            assert!(!first.is_empty() && !last.is_empty(), "{filter:?} {after:?}");
        }
    }
}
