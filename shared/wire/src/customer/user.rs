//! A user, as they and their organisation see them.

use attesta_model::Staff;
use attesta_store::Person;
use attesta_store::access::UserInSight;
use serde::Serialize;
use utoipa::ToSchema;

use super::Tokens;
use super::answer::answer;
use super::parts::{BusinessUnitSummary, Country, Document, Phone, Status};

/// Whose user somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum UserType {
    /// The organisation's own.
    Internal,
    /// Another's.
    External,
}

answer! {
    /// A user.
    User {
        /// Their identifier.
        id: String,
        /// Their given name.
        given_name: Option<String>,
        /// Whose user they are.
        r#type: Option<UserType>,
        /// Their family name.
        family_name: Option<String>,
        /// Their name.
        name: Option<String>,
        /// Their country.
        #[serde(rename = "countryISO")]
        country_iso: Option<Country>,
        /// Their e-mail address.
        email: Option<String>,
        /// What their telephone is notified by.
        push_token: Option<String>,
        /// Whether they are another organisation's.
        external: Option<bool>,
        /// Whether somebody else acts as them.
        impersonating: Option<bool>,
        /// What they agreed to, and have seen.
        settings: Option<UserSettings>,
        /// Their tokens, where they have just signed in.
        tokens: Option<Tokens>,
        /// The groups of staff that they are in.
        groups: Option<Vec<String>>,
        /// Their roles at home, as far as they count in this call.
        roles: Option<Vec<String>>,
        /// What they may do in each organisation, as far as it counts in this call.
        profiles: Option<Vec<Profile>>,
        /// What they would like to buy.
        preferences: Option<Vec<BuyerPreference>>,
        /// Their telephone number.
        phone: Option<Phone>,
        /// Their number on a landline.
        phone_landline: Option<Phone>,
        /// What they look like.
        avatar: Option<Document>,
        /// The organisation that they belong to.
        organisation_id: Option<String>,
        /// Its name.
        organisation_name: Option<String>,
        /// Their identifier, as the user pool knows them.
        auth_platform_id: Option<String>,
        /// Where they stand.
        status: Option<Status>,
        /// The units that they see to.
        business_units: Option<Vec<BusinessUnitSummary>>,
        /// Whether they want to be notified.
        notifications_enabled: Option<bool>,
    }

    /// What a user may do in an organisation.
    Profile {
        /// The organisation.
        organisation_id: Option<String>,
        /// The units that they see to.
        business_units: Option<Vec<String>>,
        /// Their roles.
        roles: Option<Vec<String>>,
    }

    /// Something that a user would like to buy.
    BuyerPreference {
        /// What; null for anything.
        commodity: Option<f64>,
        /// Of which grades.
        grades: Option<Vec<f64>>,
        /// From which regions, by ISO 3166-2.
        regions: Option<Vec<String>>,
    }

    /// What a user agreed to, and has seen.
    UserSettings {
        /// The terms are agreed to.
        terms: Option<bool>,
        /// Advertising may come.
        marketing: Option<bool>,
        /// Messages may come by WhatsApp.
        whats_app: Option<bool>,
        /// Messages may come by SMS.
        sms: Option<bool>,
        /// The notification of the harvest is closed.
        harvest_notification_dismissed: Option<bool>,
        /// The dialogue about the harvest is closed.
        harvest_dialog_dismissed: Option<bool>,
        /// The welcome to listings is read.
        listings_welcome_read: Option<bool>,
    }
}

impl User {
    /// A user of an organisation of this name.
    #[must_use]
    pub fn new(person: &Person, organisation_name: Option<String>) -> Self {
        let Person { user, profiles } = person;
        let home = profiles.iter().find(|one| Some(one.organisation_id) == user.organisation_id);
        Self {
            id: user.id.to_string(),
            given_name: user.given_name.clone(),
            r#type: Some(UserType::Internal),
            family_name: user.family_name.clone(),
            name: Some(user.name.clone()),
            email: user.email.clone(),
            external: Some(false),
            impersonating: Some(false),
            settings: Some(user.settings.into()),
            groups: Some(groups(user.staff)),
            country_iso: user.country.map(Country::from),
            push_token: user.push_token.clone(),
            preferences: Some(user.preferences.iter().map(BuyerPreference::from).collect()),
            phone_landline: user.landline.as_deref().map(Phone::of),
            avatar: user.avatar.clone().map(Document::from),
            notifications_enabled: Some(user.notifications_enabled),
            roles: Some(home.map(|profile| profile.roles.clone()).unwrap_or_default()),
            profiles: Some(profiles.iter().map(Profile::from).collect()),
            phone: user.phone.as_deref().map(Phone::of),
            organisation_id: user.organisation_id.map(|id| id.to_string()),
            organisation_name,
            auth_platform_id: Some(user.id.to_string()),
            status: Some(user.status.into()),
            ..Self::default()
        }
    }
}

impl From<&UserInSight> for User {
    /// A user as the caller sees them. Of another organisation's user they see
    /// what they need to know whom they let act in their own.
    fn from(seen: &UserInSight) -> Self {
        let home = seen.organisation();
        let user = Self::new(seen.person(), home.map(|home| home.name.clone()));
        let roles = seen.profile().map(|profile| profile.roles.clone());
        let is_known = home.is_some() || user.organisation_id.is_none();
        let units = seen.units().iter().map(BusinessUnitSummary::from).collect();
        let user =
            Self { roles: roles.or(user.roles), business_units: is_known.then_some(units), ..user };
        if !seen.is_external() {
            return user;
        }
        Self {
            r#type: Some(UserType::External),
            external: Some(true),
            settings: None,
            preferences: None,
            push_token: None,
            notifications_enabled: None,
            ..user
        }
    }
}

impl From<&attesta_model::Profile> for Profile {
    fn from(profile: &attesta_model::Profile) -> Self {
        Self {
            organisation_id: Some(profile.organisation_id.to_string()),
            business_units: Some(profile.business_units.iter().map(ToString::to_string).collect()),
            roles: Some(profile.roles.clone()),
        }
    }
}

impl From<attesta_model::Settings> for UserSettings {
    fn from(settings: attesta_model::Settings) -> Self {
        Self {
            terms: settings.terms,
            marketing: settings.marketing,
            whats_app: settings.whats_app,
            sms: settings.sms,
            harvest_notification_dismissed: settings.harvest_notification_dismissed,
            harvest_dialog_dismissed: settings.harvest_dialog_dismissed,
            listings_welcome_read: settings.listings_welcome_read,
        }
    }
}

impl From<&attesta_model::Preference> for BuyerPreference {
    fn from(preference: &attesta_model::Preference) -> Self {
        let number = attesta_model::Number::to_f64;
        Self {
            commodity: preference.commodity.map(number),
            grades: Some(preference.grades.iter().copied().map(number).collect()),
            regions: Some(preference.regions.clone()),
        }
    }
}

/// The groups that staff of a kind are in, as the user pool names them.
fn groups(staff: Option<Staff>) -> Vec<String> {
    let names: &[&str] = match staff {
        None => &[],
        Some(Staff::Admin) => &["admin"],
        Some(Staff::ReadOnly) => &["admin", "admin-readonly"],
    };
    names.iter().map(|&name| name.to_owned()).collect()
}
