//! Organisations and the people they bring.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Billing, Company, HomeCountry, LearnerId, Location, OrganisationId, Price, SettlementContact,
    UserId,
};

/// Where an organisation or a user stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// In use.
    Active,
    /// Switched off.
    Inactive,
    /// Made, not yet in use.
    Pending,
    /// In use, and checked by staff.
    Verified,
    /// Gone, kept for the record.
    Deleted,
}

impl Status {
    /// Whether it may act.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::Verified)
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// Its name; no two of a country have the same.
    pub name: String,
    /// Where it stands.
    pub status: Status,
    /// Why it stands there.
    #[serde(default)]
    pub status_message: Option<String>,
    /// The user who owns it. Without one it is but a shell that somebody else
    /// deals with.
    pub owner_id: Option<UserId>,
    /// Its country.
    #[serde(default)]
    pub country: HomeCountry,
    /// Where it is.
    #[serde(default)]
    pub location: Option<Location>,
    /// The company behind it.
    #[serde(default)]
    pub company: Company,
    /// Who sees to its bills.
    #[serde(default)]
    pub settlement_contacts: Vec<SettlementContact>,
    /// Who organises for it.
    #[serde(default)]
    pub organisers: Vec<OrganisationId>,
    /// What it is billed.
    #[serde(default)]
    pub billing: Option<Billing>,
    /// What it has subscribed to.
    #[serde(default)]
    pub modules: Vec<Module>,
    /// Whether staff have looked at it.
    #[serde(default)]
    pub vetted: bool,
    /// Whether it trades on its own account.
    #[serde(default)]
    pub is_merchant: bool,
    /// Goes up by one with each change.
    #[serde(default)]
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A part of the platform that an organisation has subscribed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// Its identifier: `trading`.
    pub id: String,
    /// Its name, for people.
    pub name: Option<String>,
    /// What it costs.
    #[serde(default)]
    pub price: Option<Price>,
}

/// Where an organisation is paid in advance: printed, it says nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvancePay {
    /// Whose account it is.
    pub account_name: String,
    /// The bank's code: `12-34-56`.
    pub sort_code: String,
    /// The account's number: 8 to 18 digits.
    pub account_number: String,
    /// Whether the financier agreed.
    #[serde(default)]
    pub status: Option<bool>,
}

impl AdvancePay {
    /// The same for those who need no more than tell one account from another:
    /// the last four digits of its number.
    #[must_use]
    pub fn masked(self) -> Self {
        let digits = self.account_number.chars().count();
        let mask = |(at, digit)| if at + 4 < digits { '*' } else { digit };
        Self {
            sort_code: "**-**-**".to_owned(),
            account_number: self.account_number.chars().enumerate().map(mask).collect(),
            ..self
        }
    }
}

impl std::fmt::Debug for AdvancePay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AdvancePay")
    }
}

impl Organisation {
    /// One in use that nothing else is known of yet.
    #[must_use]
    pub fn new(id: OrganisationId, name: impl Into<String>, now: Timestamp) -> Self {
        Self {
            id,
            name: name.into(),
            status: Status::Active,
            status_message: None,
            owner_id: None,
            country: HomeCountry::default(),
            location: None,
            company: Company::default(),
            settlement_contacts: Vec::new(),
            organisers: Vec::new(),
            billing: None,
            modules: Vec::new(),
            vetted: false,
            is_merchant: false,
            version: 0,
            created_at: now,
        }
    }
}

/// A person who is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learner {
    /// Their identifier, chosen by the organisation.
    pub id: LearnerId,
    /// The organisation that they belong to.
    pub organisation_id: OrganisationId,
    /// When they were made.
    pub created_at: Timestamp,
    /// Since when they are being erased: nothing is taken of them any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasing_at: Option<Timestamp>,
    /// Since when nothing is kept of them but this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
}

impl Learner {
    /// Whether anything may be taken and kept of them.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.erasing_at.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_account_four_digits_show_or_nothing_at_all() {
        let of = |number: &str| AdvancePay {
            account_name: "Field Farm".to_owned(),
            sort_code: "12-34-56".to_owned(),
            account_number: number.to_owned(),
            status: None,
        };
        for (number, shown) in
            [("12345678", "****5678"), ("123456789012345678", "**************5678")]
        {
            let masked = of(number).masked();
            assert_eq!(
                (masked.account_number.as_str(), masked.sort_code.as_str()),
                (shown, "**-**-**")
            );
        }
        assert_eq!(format!("{:?}", of("12345678")), "AdvancePay");
    }
}
