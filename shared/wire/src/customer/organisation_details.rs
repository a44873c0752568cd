//! An organisation in another, flatter form: with where it is paid in advance.

use attesta_store::access::{OrganisationDetails as Found, Standing};

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::answer;
use super::parts::{
    AssuranceScheme, Billing, Country, Document, Location, Module, Phone, SettlementContact, Sqc,
    Status,
};

answer! {
    /// An organisation.
    OrganisationDetails {
        /// Its identifier.
        id: String,
        /// Its name.
        name: Option<String>,
        /// Where it is.
        location: Option<Location>,
        /// Its country.
        #[serde(rename = "countryISO")]
        country_iso: Option<Country>,
        /// Where it stands.
        status: Option<Status>,
        /// The company's identifier, as the organisation names it.
        company_id: Option<String>,
        /// The number of its holding.
        company_holding_number: Option<String>,
        /// What it says about itself.
        bio: Option<String>,
        /// Its logo.
        logo: Option<Document>,
        /// Who owns it.
        owner_contact: Option<OwnerContactDetails>,
        /// What it is billed.
        billing: Option<Billing>,
        /// Who sees to its bills.
        settlement_contacts: Option<Vec<SettlementContact>>,
        /// What it has subscribed to.
        modules: Option<Vec<Module>>,
        /// Whether staff have looked at it.
        vetted: Option<bool>,
        /// Whether it trades on its own account.
        is_merchant: Option<bool>,
        /// What Scottish Quality Crops knows.
        sqc: Option<Sqc>,
        /// The scheme that it is under.
        assurance_scheme: Option<AssuranceScheme>,
        /// Where it is paid in advance: for its owner and staff; masked for its
        /// other people.
        advance_pay: Option<AdvancePay>,
    }

    /// Who owns an organisation.
    OwnerContactDetails {
        /// Which user it is.
        id: String,
        /// Their e-mail address.
        email: Option<String>,
        /// Their family name.
        family_name: Option<String>,
        /// Their given name.
        given_name: Option<String>,
        /// Which user it is, as the user pool knows them.
        auth_platform_id: Option<String>,
        /// The organisation that they belong to.
        organisation_id: Option<String>,
        /// Their country.
        #[serde(rename = "countryISO")]
        country_iso: Option<Country>,
        /// Their telephone number.
        phone: Option<Phone>,
        /// What their telephone is notified by.
        push_token: Option<String>,
    }
}

/// Where an organisation is paid in advance: printed, it says nothing.
#[derive(Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdvancePay {
    /// Whose account it is.
    #[schema(required)]
    pub account_name: Option<String>,
    /// The bank's code.
    #[schema(required)]
    pub sort_code: Option<String>,
    /// The account's number.
    #[schema(required)]
    pub account_number: Option<String>,
}

impl std::fmt::Debug for AdvancePay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AdvancePay")
    }
}

impl From<&Found> for OrganisationDetails {
    fn from(found: &Found) -> Self {
        let organisation = found.seen().get();
        let company = organisation.company.clone();
        let in_part = matches!(found.seen().standing(), Standing::Connected(_));
        let module = if in_part { Module::unpriced } else { |module: &_| Module::from(module) };
        let billing = organisation.billing.clone().filter(|_| !in_part);
        let settlement = (!in_part).then(|| organisation.settlement_contacts.iter().cloned());
        let owner = found.owner().map(OwnerContactDetails::from);
        Self {
            id: organisation.id.to_string(),
            name: Some(organisation.name.clone()),
            location: organisation.location.clone().map(Location::from),
            country_iso: Some(organisation.country.into()),
            status: Some(organisation.status.into()),
            company_id: Some(company.id.unwrap_or_else(|| organisation.id.to_string())),
            company_holding_number: company.holding_number,
            bio: company.bio,
            logo: company.logo.map(Document::from),
            owner_contact: owner.map(|owner| if in_part { owner.reached() } else { owner }),
            billing: billing.map(Billing::from),
            settlement_contacts: settlement
                .map(|contacts| contacts.map(SettlementContact::from).collect()),
            modules: Some(organisation.modules.iter().map(module).collect()),
            vetted: Some(organisation.vetted),
            is_merchant: Some(organisation.is_merchant),
            sqc: company.sqc.map(Sqc::from),
            assurance_scheme: company.assurance_scheme.map(AssuranceScheme::from),
            advance_pay: found.advance_pay().map(AdvancePay::from),
        }
    }
}

impl From<&attesta_model::User> for OwnerContactDetails {
    fn from(user: &attesta_model::User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.clone(),
            family_name: user.family_name.clone(),
            given_name: user.given_name.clone(),
            auth_platform_id: Some(user.id.to_string()),
            organisation_id: user.organisation_id.map(|id| id.to_string()),
            country_iso: user.country.map(Country::from),
            phone: user.phone.as_deref().map(Phone::of),
            push_token: user.push_token.clone(),
        }
    }
}

impl OwnerContactDetails {
    /// The same for who is to turn to them, and no more.
    fn reached(self) -> Self {
        Self { push_token: None, ..self }
    }
}

impl From<&attesta_model::AdvancePay> for AdvancePay {
    fn from(pay: &attesta_model::AdvancePay) -> Self {
        Self {
            account_name: Some(pay.account_name.clone()),
            sort_code: Some(pay.sort_code.clone()),
            account_number: Some(pay.account_number.clone()),
        }
    }
}
