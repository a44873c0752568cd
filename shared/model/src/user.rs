//! People who sign in, and what they may do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{BusinessUnitId, DocumentRef, HomeCountry, Number, OrganisationId, Status, UserId};

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Their identifier; also their name in the user pool.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their given name.
    #[serde(default)]
    pub given_name: Option<String>,
    /// Their family name.
    #[serde(default)]
    pub family_name: Option<String>,
    /// Their e-mail address; none for who came by telephone.
    #[serde(default)]
    pub email: Option<String>,
    /// Their telephone number, in the form of E.164.
    #[serde(default)]
    pub phone: Option<String>,
    /// Where they stand.
    pub status: Status,
    /// The organisation that they belong to; none for staff.
    pub organisation_id: Option<OrganisationId>,
    /// What they may do as staff; none for who is no staff.
    #[serde(default)]
    pub staff: Option<Staff>,
    /// What the user pool calls them in tokens (`sub`), once it is known.
    #[serde(default)]
    pub subject: Option<Uuid>,
    /// Goes up by one with each sign-out everywhere: tokens of an earlier
    /// number count no more.
    #[serde(default)]
    pub session: u32,
    /// Whether they sign in with a second factor, which staff must.
    #[serde(default)]
    pub second_factor: bool,
    /// Their country.
    #[serde(default)]
    pub country: Option<HomeCountry>,
    /// Their number on a landline, in the form of E.164.
    #[serde(default)]
    pub landline: Option<String>,
    /// What their telephone is notified by.
    #[serde(default)]
    pub push_token: Option<String>,
    /// What they look like.
    #[serde(default)]
    pub avatar: Option<DocumentRef>,
    /// What they agreed to, and have seen.
    #[serde(default)]
    pub settings: Settings,
    /// What they would like to buy.
    #[serde(default)]
    pub preferences: Vec<Preference>,
    /// Whether they want to be notified of it.
    #[serde(default)]
    pub notifications_enabled: bool,
    /// When they were made.
    pub created_at: Timestamp,
    /// Since when they are being erased: they are deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasing_at: Option<Timestamp>,
    /// Since when nothing is kept of them but this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
}

/// What a user agreed to, and has seen; none where nobody has said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The terms are agreed to.
    pub terms: Option<bool>,
    /// Advertising may come.
    pub marketing: Option<bool>,
    /// Messages may come by WhatsApp.
    pub whats_app: Option<bool>,
    /// Messages may come by SMS.
    pub sms: Option<bool>,
    /// The notification of the harvest is closed.
    pub harvest_notification_dismissed: Option<bool>,
    /// The dialogue about the harvest is closed.
    pub harvest_dialog_dismissed: Option<bool>,
    /// The welcome to listings is read.
    pub listings_welcome_read: Option<bool>,
}

impl Settings {
    /// The same, with what is said anew.
    #[must_use]
    pub fn with(self, said: Self) -> Self {
        Self {
            terms: said.terms.or(self.terms),
            marketing: said.marketing.or(self.marketing),
            whats_app: said.whats_app.or(self.whats_app),
            sms: said.sms.or(self.sms),
            harvest_notification_dismissed: said
                .harvest_notification_dismissed
                .or(self.harvest_notification_dismissed),
            harvest_dialog_dismissed: said
                .harvest_dialog_dismissed
                .or(self.harvest_dialog_dismissed),
            listings_welcome_read: said.listings_welcome_read.or(self.listings_welcome_read),
        }
    }
}

/// Something that a user would like to buy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// What; none for anything.
    pub commodity: Option<Number>,
    /// Of which grades; none for any.
    pub grades: Vec<Number>,
    /// From which regions, by ISO 3166-2; none for any.
    pub regions: Vec<String>,
    /// Whether it counts.
    pub enabled: bool,
}

/// What somebody who works for the platform may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Staff {
    /// See and change everything that staff look after.
    Admin,
    /// See it.
    ReadOnly,
}

/// What a user may do in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The user.
    pub user_id: UserId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The roles that they have in it.
    pub roles: Vec<String>,
    /// The units of it that they see to; whoever owns it sees to all.
    #[serde(default)]
    pub business_units: Vec<BusinessUnitId>,
    /// Whether they are another organisation's: they may do what their roles
    /// say, and nothing for being a member.
    #[serde(default)]
    pub external: bool,
    /// The roles that others were told of last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synced_roles: Vec<String>,
}

impl Profile {
    /// That of a member with these roles and no units yet.
    #[must_use]
    pub const fn new(user_id: UserId, organisation_id: OrganisationId, roles: Vec<String>) -> Self {
        Self {
            user_id,
            organisation_id,
            roles,
            business_units: Vec::new(),
            external: false,
            synced_roles: Vec::new(),
        }
    }

    /// That of somebody who may do nothing there until they are given a role.
    #[must_use]
    pub fn restricted(user_id: UserId, organisation_id: OrganisationId) -> Self {
        Self { external: true, ..Self::new(user_id, organisation_id, Vec::new()) }
    }

    /// Whether they may do nothing in the organisation: of it they see what
    /// those see who deal with it.
    #[must_use]
    pub const fn is_restricted(&self) -> bool {
        self.external && self.roles.is_empty()
    }

    /// Whether they own the organisation.
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.roles.iter().any(|role| role == OWNER)
    }
}

/// The role of whoever owns an organisation.
pub const OWNER: &str = "owner";

impl User {
    /// Somebody new who is nothing yet but a name and an address.
    #[must_use]
    pub fn new(id: UserId, name: impl Into<String>, email: &str, now: Timestamp) -> Self {
        Self {
            id,
            name: name.into(),
            given_name: None,
            family_name: None,
            email: Some(email.to_owned()),
            phone: None,
            status: Status::Active,
            organisation_id: None,
            staff: None,
            subject: None,
            session: 0,
            second_factor: false,
            country: None,
            landline: None,
            push_token: None,
            avatar: None,
            settings: Settings::default(),
            preferences: Vec::new(),
            notifications_enabled: false,
            created_at: now,
            erasing_at: None,
            erased_at: None,
        }
    }

    /// Their name, of its two halves.
    #[must_use]
    pub fn name_of(given: Option<&str>, family: Option<&str>) -> String {
        [given, family].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_of_old_is_no_staff_and_in_the_first_session() {
        let user = serde_json::json!({
            "id": "0197f0a0-0000-7000-8000-00000000000a",
            "name": "Una",
            "email": "una@example.com",
            "status": "active",
            "organisation_id": null,
            "created_at": "2025-01-01T00:00:00Z",
        });
        let user: User = serde_json::from_value(user).expect("a user");
        assert_eq!((user.staff, user.session, user.second_factor), (None, 0, false));
    }
}
