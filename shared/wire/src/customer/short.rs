//! Users in short, with the organisation that they belong to.

use attesta_store::ShortUser;

use super::UserSettings;
use super::answer::answer;
use super::parts::{Country, DocumentRef, Location, Module, Phone};

answer! {
    /// Users in short.
    UserList {
        /// The users.
        users: Vec<UserSummary>,
    }

    /// A user in short.
    UserSummary {
        /// Their identifier.
        id: String,
        /// Their given name.
        given_name: Option<String>,
        /// Their family name.
        family_name: Option<String>,
        /// Their country.
        #[serde(rename = "countryISO")]
        country_iso: Option<Country>,
        /// The name of the organisation that they belong to.
        organisation_name: Option<String>,
        /// That organisation's identifier.
        organisation_id: Option<String>,
        /// Their e-mail address.
        email: Option<String>,
        /// Their telephone number.
        phone: Option<Phone>,
        /// What their telephone is notified by.
        push_token: Option<String>,
        /// The organisation that they belong to.
        organisation: Option<OrganisationSummary>,
        /// What they would like to buy.
        preferences: Option<Vec<BuyerPreferenceSetting>>,
        /// What they agreed to, and have seen.
        settings: Option<UserSettings>,
        /// Their identifier, as the user pool knows them.
        auth_platform_id: Option<String>,
    }

    /// An organisation in short.
    OrganisationSummary {
        /// Its identifier.
        id: String,
        /// Its name.
        name: Option<String>,
        /// What it says about itself.
        bio: Option<String>,
        /// Its logo.
        logo: Option<DocumentRef>,
        /// Where it is.
        location: Option<Location>,
        /// What it has subscribed to.
        modules: Option<Vec<Module>>,
    }

    /// Something that a user would like to buy, and whether it counts.
    BuyerPreferenceSetting {
        /// What; null for anything.
        commodity: Option<f64>,
        /// Of which grades.
        grades: Option<Vec<f64>>,
        /// From which regions, by ISO 3166-2.
        regions: Option<Vec<String>>,
        /// Whether it counts.
        enabled: Option<bool>,
    }
}

impl UserSummary {
    /// A user with their organisation, for whoever may see all of this.
    #[must_use]
    pub fn new(
        user: &attesta_model::User,
        organisation: Option<&attesta_model::Organisation>,
    ) -> Self {
        Self {
            id: user.id.to_string(),
            given_name: user.given_name.clone(),
            family_name: user.family_name.clone(),
            country_iso: user.country.map(Country::from),
            organisation_name: organisation.map(|home| home.name.clone()),
            organisation_id: user.organisation_id.map(|id| id.to_string()),
            email: user.email.clone(),
            phone: user.phone.as_deref().map(Phone::of),
            push_token: user.push_token.clone(),
            organisation: organisation.map(OrganisationSummary::from),
            preferences: Some(user.preferences.iter().map(Into::into).collect()),
            settings: Some(user.settings.into()),
            auth_platform_id: Some(user.id.to_string()),
        }
    }

    /// The same for whoever deals with them from another organisation: who they
    /// are and how they are reached.
    #[must_use]
    pub fn in_part(self) -> Self {
        let organisation =
            self.organisation.map(|home| OrganisationSummary { modules: None, ..home });
        Self { organisation, push_token: None, preferences: None, settings: None, ..self }
    }
}

impl From<&ShortUser> for UserSummary {
    fn from(short: &ShortUser) -> Self {
        let summary = Self::new(&short.user, short.organisation.as_ref());
        if short.is_in_part { summary.in_part() } else { summary }
    }
}

impl From<&[ShortUser]> for UserList {
    fn from(users: &[ShortUser]) -> Self {
        Self { users: users.iter().map(UserSummary::from).collect() }
    }
}

impl From<&attesta_model::Organisation> for OrganisationSummary {
    fn from(organisation: &attesta_model::Organisation) -> Self {
        Self {
            id: organisation.id.to_string(),
            name: Some(organisation.name.clone()),
            bio: organisation.company.bio.clone(),
            logo: organisation.company.logo.clone().map(DocumentRef::from),
            location: organisation.location.clone().map(Location::from),
            modules: Some(organisation.modules.iter().map(Module::from).collect()),
        }
    }
}

impl From<&attesta_model::Preference> for BuyerPreferenceSetting {
    fn from(preference: &attesta_model::Preference) -> Self {
        let number = attesta_model::Number::to_f64;
        Self {
            commodity: preference.commodity.map(number),
            grades: Some(preference.grades.iter().copied().map(number).collect()),
            regions: Some(preference.regions.clone()),
            enabled: Some(preference.enabled),
        }
    }
}
