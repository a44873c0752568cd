//! The company behind an organisation, what it pays, and whom it hears from.

use serde::{Deserialize, Serialize};

use crate::Number;

/// The schemes that assure farms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AssuranceScheme {
    /// Red Tractor.
    Rt,
    /// Scottish Quality Crops.
    Sqc,
}

/// That somebody vouches for a company.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Assurance {
    /// Its number there.
    pub id: Option<String>,
    /// What for.
    pub r#type: Option<String>,
    /// Under which scheme.
    pub body: Option<AssuranceScheme>,
}

/// What Scottish Quality Crops knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sqc {
    /// The number there.
    pub number: Option<String>,
    /// Whether it vouches.
    pub is_assured: Option<bool>,
}

/// Where a document is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentRef {
    /// Its identifier.
    pub id: Option<String>,
    /// Where it is.
    pub url: Option<String>,
}

/// A company.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Company {
    /// Its identifier, as its organisation names it.
    pub id: Option<String>,
    /// Who vouches for it.
    pub assurances: Vec<Assurance>,
    /// What it says about itself.
    pub bio: Option<String>,
    /// Its web site.
    pub website: Option<String>,
    /// The number of its holding.
    pub holding_number: Option<String>,
    /// What Scottish Quality Crops knows.
    pub sqc: Option<Sqc>,
    /// The scheme that it is under.
    pub assurance_scheme: Option<AssuranceScheme>,
    /// The number that it is registered by; no two organisations have the same.
    pub number: Option<String>,
    /// What it is known by to the tax office.
    pub sales_tax_id: Option<String>,
    /// What it has in store.
    pub inventory_types: Vec<String>,
    /// Its logo.
    pub logo: Option<DocumentRef>,
}

impl Company {
    /// The same with what is said anew; of what isn't, and of lists, it stays
    /// what it was.
    #[must_use]
    pub fn with(self, new: Self) -> Self {
        Self {
            id: new.id.or(self.id),
            assurances: self.assurances,
            bio: new.bio.or(self.bio),
            website: new.website.or(self.website),
            holding_number: new.holding_number.or(self.holding_number),
            sqc: new.sqc.or(self.sqc),
            assurance_scheme: new.assurance_scheme.or(self.assurance_scheme),
            number: new.number.or(self.number),
            sales_tax_id: new.sales_tax_id.or(self.sales_tax_id),
            inventory_types: self.inventory_types,
            logo: new.logo.or(self.logo),
        }
    }
}

/// An amount of money.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Price {
    /// How much.
    pub amount: Option<Number>,
    /// Of what.
    pub currency: Option<String>,
}

/// How often something is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Period {
    /// Each month.
    Month,
}

/// What somebody is billed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Billing {
    /// How much.
    pub amount: Option<Number>,
    /// Of what.
    pub currency: Option<String>,
    /// How often.
    pub period: Option<Period>,
}

/// Who sees to the settlement of bills.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettlementContact {
    /// Their name.
    pub name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
}
