//! A member's sub-TPPs, page by page and by age, and a sub-TPP's children.

use std::collections::BTreeSet;

use attesta_identity::MachineCaller;
use attesta_model::{OrganisationId, Result, SubTppId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio::try_join;

use crate::sub_tpp::SubTpp;
use crate::table::{Query, Sort, from_item};
use crate::{Store, keys};

/// Which of a member's sub-TPPs are asked for; all, but for what is said.
#[derive(Debug, Clone, Default)]
pub struct SubTppFilter {
    /// Those that have one of these names.
    pub names: Option<BTreeSet<String>>,
    /// Those that were made on one of these days, in UTC.
    pub days: Option<BTreeSet<Date>>,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubTppPlace {
    /// With the first.
    Start,
    /// With this one, or the next if it is gone.
    From(SubTppId),
    /// With the next after this one, which may be gone.
    After(SubTppId),
}

/// A page of a member's sub-TPPs, oldest first.
#[derive(Debug, Clone)]
pub struct SubTppPage {
    /// The member.
    pub member_id: OrganisationId,
    /// The sub-TPPs.
    pub rows: Vec<SubTpp>,
    /// Whether more follow.
    pub has_more: bool,
}

impl Store {
    /// A page of the caller's sub-TPPs, from the place on that begins it in this
    /// member's list. Rows that come or go move no other to another page.
    ///
    /// # Errors
    /// Those of [`Store::own_sub_tpp`] but for not found, and of the place.
    pub async fn sub_tpps(
        &self,
        caller: &MachineCaller,
        filter: &SubTppFilter,
        place: impl FnOnce(OrganisationId) -> Result<SubTppPlace>,
        limit: usize,
    ) -> Result<SubTppPage> {
        let look_up = |member: OrganisationId| {
            let place = place(member);
            async move {
                let role = self.table.get_many([keys::member(member)]);
                let rows = self.filtered(member, filter, place?, limit + 1);
                let ([role], rows) = try_join!(role, rows)?;
                Ok((role, rows))
            }
        };
        let (client, mut rows) = self.member_beside(caller, look_up).await?;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        Ok(SubTppPage { member_id: client.member().organisation_id, rows, has_more })
    }

    /// The first rows from a place on: each name's and each run of days' are
    /// read at the same time, so many of each, and put in order.
    async fn filtered(
        &self,
        member: OrganisationId,
        filter: &SubTppFilter,
        place: SubTppPlace,
        most: usize,
    ) -> Result<Vec<SubTpp>> {
        let mut parts = JoinSet::new();
        for (first, last) in ranges(filter.days.as_ref(), place) {
            let sort = || Sort::Between(first.clone(), last.clone());
            let queries = match &filter.names {
                None => vec![Query::table(keys::sub_tpps(member), sort())],
                Some(names) => names
                    .iter()
                    .map(|name| Query::index(keys::sub_tpps_named(member, name), sort()))
                    .collect(),
            };
            for query in queries {
                let table = self.table.clone();
                parts.spawn(async move { table.query_up_to(query, most).await });
            }
        }
        let mut rows: Vec<SubTpp> = Vec::new();
        for items in parts.join_all().await {
            for item in items? {
                rows.push(from_item(item)?);
            }
        }
        rows.sort_by_key(|row| row.id);
        rows.truncate(most);
        Ok(rows)
    }

    /// The children of one of the caller's sub-TPPs, oldest first; they are few.
    ///
    /// # Errors
    /// Those of [`Store::own_sub_tpp`].
    pub async fn sub_tpp_children(&self, caller: &MachineCaller, id: &str) -> Result<Vec<SubTpp>> {
        let own = self.own_sub_tpp(caller, id).await?;
        let parent = own.get();
        let wanted = parent.children.iter().map(|id| keys::sub_tpp(parent.member_id, *id));
        let found = self.table.get_each(wanted.collect()).await?;
        // One that isn't there was deleted meanwhile.
        found.into_iter().flatten().map(from_item).collect()
    }
}

/// The places from one on, as far as they are of these days: a range for each
/// run of them, in order. Between two bounds lies nothing that begins otherwise:
/// no place has a sign that sorts after `~`.
fn ranges(days: Option<&BTreeSet<Date>>, place: SubTppPlace) -> Vec<(String, String)> {
    let from = match place {
        SubTppPlace::Start => keys::SUB_TPP_PREFIX.to_owned(),
        SubTppPlace::From(id) => keys::sub_tpp_place(id),
        SubTppPlace::After(id) => format!("{}#", keys::sub_tpp_place(id)),
    };
    let all = || (keys::SUB_TPP_PREFIX.to_owned(), format!("{}~", keys::SUB_TPP_PREFIX));
    let runs = match days {
        None => vec![all()],
        Some(days) => runs(days).into_iter().map(places).collect(),
    };
    let bounded = runs.into_iter().map(|(first, last)| (first.max(from.clone()), last));
    bounded.filter(|(first, last)| first <= last).collect()
}

/// The places of what was made between two times, the second excluded.
fn places((start, end): (Timestamp, Timestamp)) -> (String, String) {
    let last = end - SignedDuration::from_millis(1);
    let (first, last) = (SubTppId::first_of(start), SubTppId::last_of(last));
    (keys::sub_tpp_place(first), keys::sub_tpp_place(last))
}

/// When days that follow each other begin and end together.
fn runs(days: &BTreeSet<Date>) -> Vec<(Timestamp, Timestamp)> {
    let mut runs: Vec<(Timestamp, Timestamp)> = Vec::new();
    for day in days {
        let Ok(start) = day.to_zoned(TimeZone::UTC) else { continue };
        let start = start.timestamp();
        let end = start + SignedDuration::from_hours(24);
        match runs.last_mut() {
            Some((_, last)) if *last == start => *last = end,
            _ => runs.push((start, end)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_that_follow_each_other_are_one_range() {
        let days = [date(2025, 3, 1), date(2025, 2, 28), date(2025, 3, 5)].into();
        let runs = runs(&days);
        let texts: Vec<_> = runs.iter().map(|(a, b)| format!("{a} {b}")).collect();
        assert_eq!(
            texts,
            [
                "2025-02-28T00:00:00Z 2025-03-02T00:00:00Z",
                "2025-03-05T00:00:00Z 2025-03-06T00:00:00Z",
            ]
        );
        assert_eq!(ranges(Some(&days), SubTppPlace::Start).len(), 2);
        assert_eq!(ranges(Some(&BTreeSet::new()), SubTppPlace::Start), []);
    }

    #[test]
    fn a_range_holds_the_places_of_its_days_from_the_place_on() {
        let days = BTreeSet::from([date(2025, 3, 1)]);
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let [(first, last)] = &ranges(Some(&days), SubTppPlace::Start)[..] else {
            panic!("one range")
        };
        let is_in = |id| (first..=last).contains(&&keys::sub_tpp_place(id));
        assert!(is_in(SubTppId::first_of(at("2025-03-01T00:00:00Z"))));
        assert!(is_in(SubTppId::last_of(at("2025-03-01T23:59:59.999Z"))));
        assert!(!is_in(SubTppId::last_of(at("2025-02-28T23:59:59.999Z"))));
        assert!(!is_in(SubTppId::first_of(at("2025-03-02T00:00:00Z"))));

        let id = SubTppId::first_of(at("2025-03-01T12:00:00Z"));
        let from = ranges(Some(&days), SubTppPlace::From(id)).remove(0).0;
        let after = ranges(Some(&days), SubTppPlace::After(id)).remove(0).0;
        let place = keys::sub_tpp_place(id);
        assert!(from == place && place < after);
        assert!(after < keys::sub_tpp_place(SubTppId::last_of(at("2025-03-01T12:00:00Z"))));
        let late = SubTppPlace::After(SubTppId::first_of(at("2025-03-02T00:00:00Z")));
        assert_eq!(ranges(Some(&days), late), []);
    }
}
