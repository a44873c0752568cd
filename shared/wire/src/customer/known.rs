//! The domain's parts, as callers see them.

use super::parts::{
    Address, Assurance, AssuranceScheme, Billing, Company, Contact, Coordinates, Country, Document,
    DocumentRef, Location, Module, OwnerContact, Period, Phone, Price, SettlementContact, Sqc,
};
use attesta_model as model;

impl From<model::HomeCountry> for Country {
    fn from(country: model::HomeCountry) -> Self {
        match country {
            model::HomeCountry::Gb => Self::Gb,
            model::HomeCountry::Us => Self::Us,
            model::HomeCountry::Za => Self::Za,
            model::HomeCountry::Fr => Self::Fr,
        }
    }
}

impl From<model::AssuranceScheme> for AssuranceScheme {
    fn from(scheme: model::AssuranceScheme) -> Self {
        match scheme {
            model::AssuranceScheme::Rt => Self::Rt,
            model::AssuranceScheme::Sqc => Self::Sqc,
        }
    }
}

impl From<model::Location> for Location {
    fn from(location: model::Location) -> Self {
        Self {
            what3words: location.what3words,
            address: location.address.map(Address::from),
            coordinates: location
                .coordinates
                .map(|point| Coordinates { lat: point.lat, lon: point.lon }),
        }
    }
}

impl From<model::Address> for Address {
    fn from(address: model::Address) -> Self {
        Self {
            name: address.name,
            line1: address.line1,
            line2: address.line2,
            line3: address.line3,
            city: address.city,
            region: address.region,
            region_iso: address.region_iso,
            postcode: address.postcode,
            country_name: address.country_name,
            country_iso: address.country.map(Country::from),
        }
    }
}

impl From<model::Sqc> for Sqc {
    fn from(sqc: model::Sqc) -> Self {
        Self { number: sqc.number, is_assured: sqc.is_assured }
    }
}

impl From<model::DocumentRef> for DocumentRef {
    fn from(document: model::DocumentRef) -> Self {
        Self { id: document.id, url: document.url }
    }
}

impl From<model::DocumentRef> for Document {
    fn from(document: model::DocumentRef) -> Self {
        Self { id: document.id, url: document.url, ..Self::default() }
    }
}

impl Company {
    /// The company behind an organisation; by its own identifier or else by the
    /// organisation's.
    #[must_use]
    pub fn of(organisation: &model::Organisation) -> Self {
        let company = organisation.company.clone();
        let assurance = |one: model::Assurance| Assurance {
            id: one.id,
            r#type: one.r#type,
            body: one.body.map(AssuranceScheme::from),
        };
        Self {
            assurances: Some(company.assurances.into_iter().map(assurance).collect()),
            id: company.id.unwrap_or_else(|| organisation.id.to_string()),
            bio: company.bio,
            website: company.website,
            holding_number: company.holding_number,
            sqc: company.sqc.map(Sqc::from),
            assurance_scheme: company.assurance_scheme.map(AssuranceScheme::from),
            number: company.number,
            sales_tax_id: company.sales_tax_id,
            logo: company.logo.map(DocumentRef::from),
        }
    }
}

impl From<model::Price> for Price {
    fn from(price: model::Price) -> Self {
        Self { amount: price.amount.map(model::Number::to_f64), currency: price.currency }
    }
}

impl From<model::Billing> for Billing {
    fn from(billing: model::Billing) -> Self {
        Self {
            amount: billing.amount.map(model::Number::to_f64),
            currency: billing.currency,
            period: billing.period.map(|model::Period::Month| Period::Month),
        }
    }
}

impl From<&model::Module> for Module {
    fn from(module: &model::Module) -> Self {
        let price = module.price.clone().map(Price::from);
        Self { id: module.id.clone(), name: module.name.clone(), price }
    }
}

impl Module {
    /// A module, without what it costs.
    #[must_use]
    pub fn unpriced(module: &model::Module) -> Self {
        Self { price: None, ..Self::from(module) }
    }
}

impl From<model::SettlementContact> for SettlementContact {
    fn from(contact: model::SettlementContact) -> Self {
        Self { name: contact.name, email: contact.email }
    }
}

impl From<&model::User> for Contact {
    fn from(user: &model::User) -> Self {
        Self {
            given_name: user.given_name.clone(),
            family_name: user.family_name.clone(),
            phone: user.phone.as_deref().map(Phone::of),
            email: user.email.clone(),
            id: user.id.to_string(),
            auth_platform_id: Some(user.id.to_string()),
        }
    }
}

impl From<&model::User> for OwnerContact {
    fn from(user: &model::User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.clone(),
            family_name: user.family_name.clone(),
            given_name: user.given_name.clone(),
            phone: user.phone.as_deref().map(Phone::of),
        }
    }
}
