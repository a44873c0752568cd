//! `/customers/users`: an organisation's users.

use std::sync::Arc;

use attesta_model::{Error, Result};
use attesta_store::{Idempotency, NewUser, Planned};
use attesta_wire::customer::inputs::CountryCode;
use attesta_wire::customer::{AsUser, Body, Failure, Failures, User};
use attesta_wire::{Fields, FromFields, Text, idempotency_key};
use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use utoipa::{PartialSchema, ToSchema};

use crate::App;
use crate::fields::{roles, units};

/// Somebody who is to be let in.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Somebody` reads")]
pub(crate) struct CreateUser {
    given_name: String,
    family_name: String,
    /// Country where the business is based, two letter code
    #[schema(schema_with = CountryCode::<true>::schema, required = false)]
    #[serde(rename = "countryISO")]
    country_iso: Option<String>,
    /// The caller's own where it is left out; staff say which.
    organisation_id: Option<String>,
    email: String,
    /// Phone number
    #[schema(required, format = "phone-number")]
    phone: Option<String>,
    push_token: Option<String>,
    /// The role this user has
    roles: Option<Vec<String>>,
    /// The user business units, list of ids
    business_units: Option<Vec<String>>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Somebody(NewUser);

impl FromFields for Somebody {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.require(&["phone"]);
        let given_name = fields.required::<Text<128>>("givenName");
        let family_name = fields.required::<Text<128>>("familyName");
        let country = fields.nullable("countryISO").flatten();
        let organisation = fields.nullable::<Text<200>>("organisationId").flatten();
        let email = fields.required("email");
        let phone = fields.nullable("phone").flatten();
        let push_token = fields.nullable::<Text<2000>>("pushToken").flatten();
        let (roles, units) = (roles(fields), units(fields));
        Some(Self(NewUser {
            given_name: given_name?.0,
            family_name: family_name?.0,
            country: country.unwrap_or_default(),
            organisation_id: organisation.map(|id| id.0),
            email: email?,
            phone,
            push_token: push_token.map(|token| token.0),
            roles: roles.unwrap_or_default(),
            units: units.unwrap_or_default(),
        }))
    }
}

/// Create User
///
/// By the owner of their own organisation, or by staff, who say of which. The
/// user is sent an invitation with a password to sign in once. The same call with
/// the same `Idempotency-Key` answers with the user that it made.
#[utoipa::path(post, path = "/customers/users", operation_id = "createUser", tag = "users",
    request_body = CreateUser, params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, description = "OK", body = User), Failures))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    headers: HeaderMap,
    Body(Somebody(new)): Body<Somebody>,
) -> Result<Json<User>, Failure> {
    let call = call(&new)?;
    let call = idempotency_key(&headers)?
        .map(|key| Idempotency::new(None, caller.user_id, "users", key, &[&call]));
    let made = match app.store.plan_user(&caller, &new, call.as_ref()).await? {
        Planned::New(plan) => app.store.create_user(plan, &new, call.as_ref()).await?,
        Planned::Same(id) => Planned::Same(id),
    };
    let user = match made {
        Planned::New(user) => user,
        Planned::Same(id) => app.store.user_in_sight(&caller, &id).await?,
    };
    Ok(Json((&user).into()))
}

/// What makes it the same call.
fn call(new: &NewUser) -> Result<Vec<u8>> {
    let phone = new.phone.as_ref().map(ToString::to_string);
    let who = (&new.given_name, &new.family_name, new.country, new.email.as_str(), phone);
    let what = (&new.organisation_id, &new.push_token, &new.roles, &new.units);
    serde_json::to_vec(&(who, what)).map_err(Error::internal)
}
