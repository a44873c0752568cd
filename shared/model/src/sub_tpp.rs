//! Sub-TPPs: whom a member, who holds the licence, lets act under it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::NotKnown;

/// So deep sub-TPPs stand below each other at most; one without a parent is at
/// the first level.
pub const MOST_LEVELS: u8 = 5;
/// So many children a sub-TPP has at most: their list is answered whole.
pub const MOST_CHILDREN: usize = 200;

/// Where a sub-TPP stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubTppStatus {
    /// In use.
    Activated,
    /// Staff said no.
    Rejected,
    /// Made, and up to staff.
    AwaitingApproval,
    /// Deleted, kept for the record.
    Deactivated,
}

impl SubTppStatus {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Activated => "ACTIVATED",
            Self::Rejected => "REJECTED",
            Self::AwaitingApproval => "AWAITING_APPROVAL",
            Self::Deactivated => "DEACTIVATED",
        }
    }
}

/// The business behind a sub-TPP, and its account. What its member says of it;
/// nothing here is checked.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Merchant {
    /// The country that it is registered in, in two letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<Country>,
    /// Its name in law.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_entity_name: Option<String>,
    /// Its number in the register of companies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_registration_number: Option<String>,
    /// What it is in for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_use_case: Option<String>,
    /// Its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    /// Its bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bic: Option<String>,
    /// Its account, where there is no IBAN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_number: Option<String>,
    /// Its bank's branch, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_code: Option<String>,
}

/// Shows nothing: accounts are in it.
impl fmt::Debug for Merchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Merchant")
    }
}

/// A country by its two letters, as ISO 3166-1 writes them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(String);

impl Country {
    /// Its letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Country {
    type Error = NotKnown;

    fn try_from(text: String) -> Result<Self, NotKnown> {
        let is_one = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        is_one.then(|| Self(text.to_ascii_uppercase())).ok_or(NotKnown)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_stored_by_its_name() {
        for status in [
            SubTppStatus::Activated,
            SubTppStatus::Rejected,
            SubTppStatus::AwaitingApproval,
            SubTppStatus::Deactivated,
        ] {
            assert_eq!(serde_json::to_value(status).expect("JSON"), status.name());
        }
    }

    #[test]
    fn a_country_is_two_letters() {
        for good in ["GB", "gb"] {
            assert_eq!(Country::try_from(good.to_owned()).expect("one").as_str(), "GB");
        }
        for bad in ["", "G", "GBR", "G1", "Ä"] {
            assert_eq!(Country::try_from(bad.to_owned()), Err(NotKnown), "{bad}");
        }
    }

    #[test]
    fn a_merchant_shows_nothing_of_its_account() {
        let iban = Some("GB33BUKB20201555555555".to_owned());
        let merchant = Merchant { iban, ..Merchant::default() };
        assert_eq!(format!("{merchant:?}"), "Merchant");
        let read: Merchant = serde_json::from_str("{}").expect("a merchant");
        assert_eq!(read, Merchant::default());
    }
}
