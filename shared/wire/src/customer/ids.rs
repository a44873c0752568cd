//! Several identifiers in a query.

use std::collections::HashSet;

use attesta_model::{Error, Reason};
use axum::extract::{FromRequestParts, Query};
use http::request::Parts;

use super::Failure;

/// So many identifiers are asked for at once.
const MOST: usize = 100;

/// One to a hundred identifiers, which `ids` gives with commas in between; each
/// once, in the order of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids(pub Vec<String>);

impl<S: Sync> FromRequestParts<S> for Ids {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let pairs = pairs.map(|pairs| pairs.0).unwrap_or_default();
        let given: Vec<_> =
            pairs.into_iter().filter(|(name, _)| name == "ids").map(|(_, ids)| ids).collect();
        Ok(Self::of(&given)?)
    }
}

impl Ids {
    fn of(given: &[String]) -> attesta_model::Result<Self> {
        if given.is_empty() {
            return Err(Error::field("ids", Reason::Required));
        }
        let named = given.iter().flat_map(|ids| ids.split(',')).map(str::trim);
        let named: Vec<_> = named.filter(|id| !id.is_empty()).collect();
        if named.is_empty() {
            return Err(Error::field("ids", Reason::Blank));
        }
        if named.len() > MOST {
            let rule = format!("must be at most {MOST} identifiers");
            return Err(Error::field("ids", Reason::Rule(rule)));
        }
        let mut seen = HashSet::new();
        Ok(Self(named.into_iter().filter(|id| seen.insert(*id)).map(str::to_owned).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[&str]) -> Option<Vec<String>> {
        let given: Vec<_> = given.iter().map(|&text| text.to_owned()).collect();
        Ids::of(&given).ok().map(|ids| ids.0)
    }

    #[test]
    fn each_counts_once_and_in_order() {
        let ids = |ids: &[&str]| Some(ids.iter().map(|&id| id.to_owned()).collect());
        assert_eq!(read(&["b, a,,b"]), ids(&["b", "a"]));
        assert_eq!(read(&["b", "a"]), ids(&["b", "a"]));
    }

    #[test]
    fn none_and_too_many_are_refused() {
        assert_eq!((read(&[]), read(&[""]), read(&[" , "])), (None, None, None));
        let hundred = vec!["a"; 100].join(",");
        assert_eq!(read(&[&hundred]).map(|ids| ids.len()), Some(1));
        assert_eq!(read(&[&hundred, "b"]), None);
    }
}
