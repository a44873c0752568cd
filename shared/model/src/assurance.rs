//! Whose certificates an assurance scheme is asked for.

use crate::{Error, Problem, Reason, Result};

/// The longest postcode, or holding number, that is looked up.
const MOST_CHARACTERS: usize = 50;

/// Whose certificates are asked for: one spelling for all ways to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateQuery {
    country: String,
    postcode: Option<String>,
    holding_number: Option<String>,
}

impl CertificateQuery {
    /// Those of a country's holdings at a postcode, or of a holding number.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the country has not three letters, or both of
    /// the others are missing.
    pub fn new(
        country: Option<&str>,
        postcode: Option<&str>,
        holding_number: Option<&str>,
    ) -> Result<Self> {
        let mut problems = Vec::new();
        let mut problem = |field: &str, reason: Reason| {
            problems.push(Problem { field: Some(field.to_owned()), reason });
        };
        let country = country.unwrap_or_default().trim().to_ascii_uppercase();
        if country.len() != 3 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let rule = "must be the three letters of a country, by ISO 3166-1";
            problem("country", Reason::Rule(rule.to_owned()));
        }
        let (postcode, holding_number) = (compact(postcode), compact(holding_number));
        for (field, value) in [("postcode", &postcode), ("holdingNumber", &holding_number)] {
            if value.as_ref().is_some_and(|value| value.chars().count() > MOST_CHARACTERS) {
                problem(field, Reason::TooLong(MOST_CHARACTERS));
            }
        }
        if postcode.is_none() && holding_number.is_none() {
            let rule = "this or holdingNumber must be there";
            problem("postcode", Reason::Rule(rule.to_owned()));
        }
        if problems.is_empty() {
            Ok(Self { country, postcode, holding_number })
        } else {
            Err(Error::Invalid(problems))
        }
    }

    /// The country, by ISO 3166-1 alpha-3.
    #[must_use]
    pub fn country(&self) -> &str {
        &self.country
    }

    /// The postcode, in capitals and without spaces.
    #[must_use]
    pub fn postcode(&self) -> Option<&str> {
        self.postcode.as_deref()
    }

    /// The number of the holding, likewise.
    #[must_use]
    pub fn holding_number(&self) -> Option<&str> {
        self.holding_number.as_deref()
    }
}

/// A text in capitals and without spaces; none where nothing is left.
fn compact(text: Option<&str>) -> Option<String> {
    let kept = text?.chars().filter(|character| !character.is_whitespace());
    let text: String = kept.flat_map(char::to_uppercase).collect();
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_place_are_one_query() {
        let query = |country, postcode, number| CertificateQuery::new(country, postcode, number);
        let one = query(Some("GBR"), Some("PO18 9JP"), None).expect("a query");
        assert_eq!(query(Some(" gbr"), Some("po189jp "), Some(" ")), Ok(one.clone()));
        assert_eq!((one.country(), one.postcode()), ("GBR", Some("PO189JP")));
        let number = query(Some("GBR"), None, Some("11/111/1111")).expect("a query");
        assert_eq!(number.holding_number(), Some("11/111/1111"));
    }

    #[test]
    fn every_problem_is_told() {
        let fields =
            |country, postcode, number| match CertificateQuery::new(country, postcode, number) {
                Err(Error::Invalid(problems)) => {
                    problems.into_iter().filter_map(|problem| problem.field).collect::<Vec<_>>()
                }
                other => panic!("{other:?}"),
            };
        assert_eq!(fields(None, None, Some("")), ["country", "postcode"]);
        assert_eq!(fields(Some("GB"), Some("A1"), None), ["country"]);
        assert_eq!(fields(Some("G1B"), Some("A1"), None), ["country"]);
        let long = "1".repeat(51);
        assert_eq!(fields(Some("GBR"), None, Some(&long)), ["holdingNumber"]);
    }
}
