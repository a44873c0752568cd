//! Queries, of which every problem is told at once.

use std::collections::HashMap;
use std::str::FromStr;

use attesta_model::{Error, Kind, Problem, Reason, Result};
use axum::extract::Query as Pairs;
use http::Uri;

/// A query, and what is wrong with what was read of it.
#[derive(Debug)]
pub struct Query {
    given: HashMap<String, String>,
    problems: Vec<Problem>,
}

impl Query {
    /// Reads a thing from an address's query; of a parameter that is given twice
    /// the last counts.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem found.
    pub fn read<T>(uri: &Uri, read: impl FnOnce(&mut Self) -> Option<T>) -> Result<T> {
        let pairs = Pairs::<Vec<(String, String)>>::try_from_uri(uri);
        let given = pairs.map(|pairs| pairs.0).unwrap_or_default().into_iter().collect();
        let mut query = Self { given, problems: Vec::new() };
        match read(&mut query) {
            Some(read) if query.problems.is_empty() => Ok(read),
            _ => Err(Error::Invalid(query.problems)),
        }
    }

    /// A parameter that may be absent, read as said; otherwise it has the fault.
    pub fn with<T>(
        &mut self,
        name: &str,
        fault: Reason,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let given = self.given.remove(name)?;
        let read = read(&given);
        if read.is_none() {
            self.problem(name, fault);
        }
        read
    }

    /// A UUID that may be absent.
    pub fn id<T: FromStr>(&mut self, name: &str) -> Option<T> {
        self.with(name, Reason::NotA(Kind::Uuid), |text| text.parse().ok())
    }

    /// Whether a parameter is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// Notes a problem with a parameter.
    pub fn problem(&mut self, name: &str, reason: Reason) {
        self.problems.push(Problem { field: Some(name.to_owned()), reason });
    }
}
