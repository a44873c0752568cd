//! `GET /member/sub-tpps`: a member's sub-TPPs, page by page.

use std::collections::BTreeSet;
use std::sync::Arc;

use attesta_identity::PageKey;
use attesta_model::{Error, OrganisationId, Problem, Reason, Result};
use attesta_store::{SubTppFilter, SubTppPage, SubTppPlace};
use attesta_wire::machines::AsMachine;
use attesta_wire::sub_tpps::{Failure, Failures};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::offsets::{OFFSET, Question};
use crate::view::SubTppView;

const LIMIT: &str = "page.limit";
const NAMES: &str = "filter.byCompanyNames";
const DATES: &str = "filter.byRegistrationDates";
/// Each name and each run of days is a query; so many are made at a time.
const MOST_QUERIES: usize = 100;

/// What a page may be asked for by.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query, which `WantedList` reads")]
pub(crate) struct ListQuery {
    /// Opaque offset; first page when absent.
    #[param(rename = "page.offset", nullable = false)]
    offset: Option<String>,
    /// The maximum number of records to return. This must be less than 200.
    #[param(rename = "page.limit", default = 1, minimum = 1, exclusive_maximum = 200)]
    limit: i32,
    /// Those whose name is one of these; repeated, or as one JSON array.
    #[param(rename = "filter.byCompanyNames", nullable = false)]
    names: Option<Vec<String>>,
    /// Those made on one of these days in UTC, as DD-MM-YY; repeated, or as one
    /// JSON array. Names times dates are 100 at most.
    #[param(rename = "filter.byRegistrationDates", nullable = false)]
    dates: Option<Vec<String>>,
}

/// A page of sub-TPPs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubTppList {
    /// Names this page; empty for a first page on which nothing is.
    offset: String,
    /// The next page's offset; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_offset: Option<String>,
    /// Oldest first, without their logos.
    sub_tpps: Vec<SubTppView>,
}

/// A page that is wanted, as it was read.
#[derive(Debug)]
pub(crate) struct WantedList {
    filter: SubTppFilter,
    limit: usize,
    offset: Option<String>,
}

/// Get sub-TPPs
///
/// What comes or goes meanwhile moves nothing to another page. An offset is good
/// for the question that it was answered to, with any limit.
#[utoipa::path(get, path = "/member/sub-tpps", operation_id = "getSubTpps", tag = "sub-tpps",
    params(ListQuery),
    responses((status = 200, description = "OK", body = SubTppList), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    machine: AsMachine<Failure>,
    wanted: WantedList,
) -> Result<Json<SubTppList>, Failure> {
    let key = app.offsets.key().await?;
    let WantedList { filter, limit, .. } = &wanted;
    let place = |member| wanted.place(key, member);
    let page = app.store.sub_tpps(&machine.caller, filter, place, *limit).await?;
    Ok(Json(wanted.answer(key, page)?))
}

impl WantedList {
    fn place(&self, key: &PageKey, member: OrganisationId) -> Result<SubTppPlace> {
        let question = Question { member, filter: &self.filter };
        let offset = self.offset.as_deref();
        offset.map_or(Ok(SubTppPlace::Start), |offset| question.place(key, offset))
    }

    /// The page with its own offset and the next one's.
    fn answer(self, key: &PageKey, page: SubTppPage) -> Result<SubTppList> {
        let question = Question { member: page.member_id, filter: &self.filter };
        let first =
            page.rows.first().map(|row| question.beginning_with(key, row.id)).transpose()?;
        let last = page.rows.last().filter(|_| page.has_more);
        let next_offset = last.map(|row| question.after(key, row.id)).transpose()?;
        let offset = self.offset.or(first).unwrap_or_default();
        let sub_tpps = page.rows.into_iter().map(SubTppView::from).collect();
        Ok(SubTppList { offset, next_offset, sub_tpps })
    }

    fn read(query: &str) -> Result<Self> {
        let given: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let values = |name| given.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str());
        let mut problems = Vec::new();
        let limit = limit(values(LIMIT).next(), &mut problems);
        let names = listed(values(NAMES));
        let days = listed(values(DATES)).and_then(|texts| days(&texts, &mut problems));
        let of = |count: Option<usize>| count.unwrap_or(1);
        let queries = of(names.as_ref().map(BTreeSet::len)) * of(days.as_ref().map(BTreeSet::len));
        if queries > MOST_QUERIES {
            problem(&mut problems, NAMES, "has more than 100 names, times dates");
        }
        // As if there was none.
        let offset = values(OFFSET).next().filter(|text| !text.is_empty()).map(str::to_owned);
        match limit {
            Some(limit) if problems.is_empty() => {
                Ok(Self { filter: SubTppFilter { names, days }, limit, offset })
            }
            _ => Err(Error::Invalid(problems)),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for WantedList {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self::read(parts.uri.query().unwrap_or_default())?)
    }
}

fn limit(given: Option<&str>, problems: &mut Vec<Problem>) -> Option<usize> {
    let Some(text) = given else {
        problems.push(Problem { field: Some(LIMIT.to_owned()), reason: Reason::Required });
        return None;
    };
    let limit = text.parse().ok().filter(|limit| (1..200).contains(limit));
    if limit.is_none() {
        problem(problems, LIMIT, "must be 1 to 199");
    }
    limit
}

/// The values of a list: each as it is, or many in a JSON array. None is given
/// where there is no value at all.
fn listed<'a>(values: impl Iterator<Item = &'a str>) -> Option<BTreeSet<String>> {
    let mut listed = BTreeSet::new();
    for value in values {
        match serde_json::from_str::<Vec<String>>(value) {
            Ok(many) => listed.extend(many),
            Err(_) => {
                listed.insert(value.to_owned());
            }
        }
    }
    Some(listed).filter(|listed| !listed.is_empty())
}

fn days(texts: &BTreeSet<String>, problems: &mut Vec<Problem>) -> Option<BTreeSet<Date>> {
    let days: Option<BTreeSet<Date>> = texts.iter().map(|text| day(text)).collect();
    if days.is_none() {
        problem(problems, DATES, "must be dates as DD-MM-YY");
    }
    days
}

/// A day as DD-MM-YY, in this century.
fn day(text: &str) -> Option<Date> {
    let parts: Vec<_> = text.split('-').collect();
    let two = |part: &str| {
        let is_two = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        is_two.then(|| part.parse::<i8>().ok()).flatten()
    };
    let [day, month, year] = parts[..] else { return None };
    Date::new(2000 + i16::from(two(year)?), two(month)?, two(day)?).ok()
}

fn problem(problems: &mut Vec<Problem>, field: &str, text: &str) {
    let reason = Reason::Rule(text.to_owned());
    problems.push(Problem { field: Some(field.to_owned()), reason });
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_read_in_one_form() {
        assert_eq!(day("22-03-21"), Some(date(2021, 3, 22)));
        assert_eq!(day("29-02-24"), Some(date(2024, 2, 29)));
        for bad in ["", "2-3-21", "29-02-23", "22-13-21", "2021-03-22", "22/03/21", "+1-01-21"] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_list_is_repeated_or_one_array() {
        let read = |query: &str| WantedList::read(query).expect(query).filter;
        let repeated = read("page.limit=1&filter.byCompanyNames=A&filter.byCompanyNames=B%20C");
        let array = read("page.limit=1&filter.byCompanyNames=%5B%22B%20C%22,%22A%22,%22A%22%5D");
        assert_eq!(repeated.names, array.names);
        assert_eq!(array.names, Some(BTreeSet::from(["A".to_owned(), "B C".to_owned()])));
        let odd = read("page.limit=1&filter.byCompanyNames=%5BA");
        assert_eq!(odd.names, Some(BTreeSet::from(["[A".to_owned()])));
        assert_eq!(read("page.limit=1&filter.byCompanyNames=%5B%5D").names, None);
        let days = read("page.limit=1&filter.byRegistrationDates=%5B%2222-03-21%22%5D").days;
        assert_eq!(days, Some(BTreeSet::from([date(2021, 3, 22)])));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let many = |n: usize| {
            let names = (0..n).map(|n| format!("&filter.byCompanyNames={n}"));
            format!("page.limit=1{}", names.collect::<String>())
        };
        let days = "&filter.byRegistrationDates=01-01-25&filter.byRegistrationDates=03-01-25";
        assert!(WantedList::read(&many(100)).is_ok());
        assert!(WantedList::read(&format!("{}{days}", many(50))).is_ok());
        for bad in [
            String::new(),
            "page.limit=".to_owned(),
            "page.limit=0".to_owned(),
            "page.limit=200".to_owned(),
            "page.limit=-1".to_owned(),
            "page.limit=ten".to_owned(),
            "page.limit=1&filter.byRegistrationDates=yesterday".to_owned(),
            many(101),
            format!("{}{days}", many(51)),
        ] {
            assert!(matches!(WantedList::read(&bad), Err(Error::Invalid(_))), "{bad}");
        }
    }
}
