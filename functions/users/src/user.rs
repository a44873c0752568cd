//! `/customers/users/{id}`: one user.

use std::sync::Arc;

use attesta_model::{DocumentRef, Email, Phone, Result, Settings};
use attesta_store::{Addresses, UserChange, UserToChange};
use attesta_wire::customer::inputs::{DocumentRefInput, text};
use attesta_wire::customer::{
    Acknowledgement, AsUser, Body, Failure, Failures, Missing, Path, User, WithToken,
};
use attesta_wire::{Fields, FromFields, Source};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use utoipa::ToSchema;

use crate::App;
use crate::fields::{country, roles, units};
use crate::throttle::ADDRESS_CHANGE;

/// Get User By Id
///
/// A user of the caller's organisation, or one who has a part in it; anybody for
/// staff.
#[utoipa::path(get, path = "/customers/users/{id}", operation_id = "getUser", tag = "users",
    params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = User), Failures, Missing))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<User>, Failure> {
    let seen = app.store.user_in_sight(&caller, &id).await?;
    Ok(Json((&seen).into()))
}

/// What is to be said of a user; what is left out stays as it is.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Said` reads")]
pub(crate) struct UpdateUser {
    given_name: Option<String>,
    family_name: Option<String>,
    /// Country where the business is based, two letter code
    #[schema(schema_with = country, required = false)]
    #[serde(rename = "countryISO")]
    country_iso: Option<String>,
    /// The one that they belong to: nobody moves.
    organisation_id: Option<String>,
    /// Counts once it is verified.
    email: Option<String>,
    /// Phone number
    #[schema(format = "phone-number")]
    phone: Option<String>,
    push_token: Option<String>,
    /// The role this user has
    roles: Option<Vec<String>>,
    /// The user business units, list of ids
    business_units: Option<Vec<String>>,
    /// Phone number
    #[schema(format = "phone-number")]
    phone_landline: Option<String>,
    avatar: Option<DocumentRefInput>,
    terms_agreed: Option<bool>,
    marketing_emails: Option<bool>,
    whats_app_notifications: Option<bool>,
    sms_notifications: Option<bool>,
    harvest_notification_dismissed: Option<bool>,
    harvest_dialog_dismissed: Option<bool>,
    listings_welcome_read: Option<bool>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Said(UserChange);

impl FromFields for Said {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let number = |phone: Option<Option<Phone>>| phone.flatten().map(|phone| phone.to_string());
        let email = fields.nullable::<Email>("email").flatten();
        Some(Self(UserChange {
            given_name: text::<128>(fields, "givenName"),
            family_name: text::<128>(fields, "familyName"),
            country: fields.nullable("countryISO").flatten(),
            landline: number(fields.nullable("phoneLandline")),
            push_token: text::<2000>(fields, "pushToken"),
            avatar: fields.object::<DocumentRef>("avatar"),
            settings: settings(fields),
            roles: roles(fields),
            units: units(fields),
            organisation_id: text::<200>(fields, "organisationId"),
            addresses: Addresses {
                email: email.map(|email| email.as_str().to_owned()),
                phone: number(fields.nullable("phone")),
            },
        }))
    }
}

fn settings(fields: &mut Fields) -> Settings {
    let mut flag = |name| fields.nullable(name).flatten();
    Settings {
        terms: flag("termsAgreed"),
        marketing: flag("marketingEmails"),
        whats_app: flag("whatsAppNotifications"),
        sms: flag("smsNotifications"),
        harvest_notification_dismissed: flag("harvestNotificationDismissed"),
        harvest_dialog_dismissed: flag("harvestDialogDismissed"),
        listings_welcome_read: flag("listingsWelcomeRead"),
    }
}

/// Update User
///
/// Users say who they are and what they want; the owner of an organisation says
/// who its users are and what they may do there, and of another's user the
/// latter; staff say all. Another e-mail address or telephone number counts once
/// its user has given the code that goes there (`verifyAttributeUpdate`); to ask
/// for one themselves they show their access token.
#[utoipa::path(patch, path = "/customers/users/{id}", operation_id = "updateUser", tag = "users",
    params(("id" = String, Path)), request_body = UpdateUser,
    responses((status = 200, description = "OK", body = User), Failures, Missing))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    source: Source,
    by: WithToken,
    Path(id): Path<String>,
    Body(Said(change)): Body<Said>,
) -> Result<Json<User>, Failure> {
    let to_change = app.store.user_to_change(&by.0.caller, &id, &change).await?;
    if to_change.is_oneself() && change.addresses != Addresses::default() {
        by.must_be_access()?;
    }
    app.ask_for_codes(&to_change, &source).await?;
    let changed = app.store.change_user(to_change, &change).await?;
    Ok(Json((&changed).into()))
}

impl App {
    /// Has the user pool send codes to the addresses that a user is to have.
    async fn ask_for_codes(&self, to_change: &UserToChange, source: &Source) -> Result<()> {
        let Addresses { email, phone } = to_change.addresses();
        if email.is_none() && phone.is_none() {
            return Ok(());
        }
        let id = to_change.user().id.to_string();
        ADDRESS_CHANGE.count(&self.store, &id, source).await?;
        self.pool.change_addresses(&id, email.as_deref(), phone.as_deref()).await
    }
}

/// Delete User
///
/// They may do nothing any more from now on, and are not found; what is kept of
/// them is then erased step by step. Staff see when that is done in their
/// export.
#[utoipa::path(delete, path = "/customers/users/{id}", operation_id = "deleteUser", tag = "users",
    params(("id" = String, Path)),
    responses((status = 202, description = "begun", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Acknowledgement>), Failure> {
    let to_erase = app.store.user_to_erase(&caller, &id).await?;
    app.store.begin_user_erasure(to_erase).await?;
    let begun = Acknowledgement::new("The user is deleted; what is kept of them is being erased.");
    Ok((StatusCode::ACCEPTED, Json(begun)))
}
