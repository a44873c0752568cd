//! An organisation, as its own people and those who deal with it see it.

use attesta_store::access::Standing;
use attesta_store::{Connected, OrganisationView};

use super::answer::answer;
use super::parts::{
    Billing, BusinessUnitSummary, Company, Contact, Country, Location, Module, OwnerContact,
    SettlementContact, Status,
};

answer! {
    /// An organisation.
    Organisation {
        /// Its identifier.
        id: String,
        /// Where it is.
        location: Option<Location>,
        /// The company behind it.
        company: Option<Company>,
        /// The number that the company is registered by.
        company_number: Option<String>,
        /// Its country.
        #[serde(rename = "countryISO")]
        country_iso: Option<Country>,
        /// Its name.
        name: Option<String>,
        /// Who owns it.
        owner_contact: Option<Contact>,
        /// Who sees to its bills.
        settlement_contacts: Option<Vec<SettlementContact>>,
        /// Where it stands.
        status: Option<Status>,
        /// Why it stands there.
        status_message: Option<String>,
        /// Its units.
        business_units: Option<Vec<BusinessUnitSummary>>,
        /// Whom it deals with.
        business_connections: Option<Vec<ConnectedOrganisation>>,
        /// What it is billed.
        billing: Option<Billing>,
        /// What it has subscribed to.
        modules: Option<Vec<Module>>,
        /// Whether staff have looked at it.
        vetted: Option<bool>,
        /// Whether it trades on its own account.
        is_merchant: Option<bool>,
        /// When it was made.
        #[serde(rename = "createdAtUTC")]
        created_at_utc: Option<String>,
    }

    /// An organisation that another deals with.
    ConnectedOrganisation {
        /// Its identifier.
        organisation_id: Option<String>,
        /// Its name.
        organisation_name: Option<String>,
        /// What it is to the other.
        relationship: Option<Vec<String>>,
        /// Whom the other knows there.
        contacts: Option<Vec<Contact>>,
        /// Where it is.
        location: Option<Location>,
        /// Its country.
        #[serde(rename = "countryISO")]
        country_iso: Option<Country>,
        /// Who owns it.
        owner_contact: Option<OwnerContact>,
    }
}

impl From<&Connected> for ConnectedOrganisation {
    fn from(connected: &Connected) -> Self {
        let organisation = &connected.organisation;
        let relationships = connected.connection.relationships.iter();
        Self {
            organisation_id: Some(organisation.id.to_string()),
            organisation_name: Some(organisation.name.clone()),
            relationship: Some(relationships.map(|one| one.name().to_owned()).collect()),
            contacts: Some(connected.contacts.iter().map(Contact::from).collect()),
            location: organisation.location.clone().map(Location::from),
            country_iso: Some(organisation.country.into()),
            owner_contact: connected.owner.as_ref().map(OwnerContact::from),
        }
    }
}

impl From<&attesta_model::Organisation> for Organisation {
    /// All that it says of itself.
    fn from(organisation: &attesta_model::Organisation) -> Self {
        let settlement = organisation.settlement_contacts.iter().cloned();
        Self {
            settlement_contacts: Some(settlement.map(SettlementContact::from).collect()),
            status_message: organisation.status_message.clone(),
            billing: organisation.billing.clone().map(Billing::from),
            modules: Some(organisation.modules.iter().map(Module::from).collect()),
            ..Self::in_part(organisation)
        }
    }
}

impl Organisation {
    /// An organisation with what stands around it, as far as it is seen.
    #[must_use]
    pub fn of(view: &OrganisationView) -> Self {
        let (organisation, around) = (view.seen().get(), view.around());
        let known = match view.seen().standing() {
            Standing::Connected(_) => Self::in_part(organisation),
            _ => Self::from(organisation),
        };
        let units = around.units.as_ref();
        let connected = around.connected.as_ref();
        Self {
            owner_contact: around.owner.as_ref().map(Contact::from),
            business_units: units
                .map(|units| units.iter().map(BusinessUnitSummary::from).collect()),
            business_connections: connected
                .map(|all| all.iter().map(ConnectedOrganisation::from).collect()),
            ..known
        }
    }

    /// What those see who deal with it: nothing of its bills, and of what it has
    /// subscribed to not the price.
    fn in_part(organisation: &attesta_model::Organisation) -> Self {
        Self {
            id: organisation.id.to_string(),
            location: organisation.location.clone().map(Location::from),
            company: Some(Company::of(organisation)),
            company_number: organisation.company.number.clone(),
            country_iso: Some(organisation.country.into()),
            name: Some(organisation.name.clone()),
            status: Some(organisation.status.into()),
            modules: Some(organisation.modules.iter().map(Module::unpriced).collect()),
            vetted: Some(organisation.vetted),
            is_merchant: Some(organisation.is_merchant),
            created_at_utc: Some(organisation.created_at.to_string()),
            ..Self::default()
        }
    }
}
