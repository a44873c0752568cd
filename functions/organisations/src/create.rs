//! `POST /customers/organisations`: staff make an organisation.

use std::sync::Arc;

use attesta_model::{Company, HomeCountry, Location, Reason};
use attesta_store::{Idempotency, NewOrganisation};
use attesta_wire::customer::inputs::{
    BillingInput, CompanyInput, ContactDetailsInput, CountryCode, LocationInput, ModuleInput,
};
use attesta_wire::customer::{AsUser, Failure, Failures, Organisation, WrittenBody};
use attesta_wire::{Fields, FromFields, Text, idempotency_key};
use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use utoipa::ToSchema;

use crate::App;
use crate::people::{Invited, MOST_CONTACTS, Reached, modules, organisers};

/// An organisation that is to be.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Wanted` reads")]
pub(crate) struct CreateOrganisation {
    #[schema(required)]
    location: Option<LocationInput>,
    company: Option<CompanyInput>,
    /// Its name; where it is null, it is called as its owner is.
    #[schema(required)]
    name: Option<String>,
    #[serde(rename = "countryISO")]
    #[schema(inline)]
    country_iso: CountryCode<true>,
    /// Who is to own it, with an e-mail address. Where it is null, nobody owns
    /// it, and it can't be activated.
    #[schema(required)]
    owner_contact: Option<ContactDetailsInput>,
    /// Who else belongs to it, at most fifteen.
    contacts: Option<Vec<ContactDetailsInput>>,
    /// Who organises for it: organisations, by their ids.
    organisers: Option<Vec<String>>,
    #[schema(required)]
    billing: Option<BillingInput>,
    modules: Vec<ModuleInput>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wanted(NewOrganisation);

impl FromFields for Wanted {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.require(&["location", "name", "ownerContact", "billing"]);
        let country = fields.required::<HomeCountry>("countryISO");
        let location = fields.object::<Location>("location");
        let company = fields.object::<Company>("company");
        let owner = fields.object::<Invited>("ownerContact").map(|owner| owner.0);
        let contacts = fields.objects::<Reached>("contacts", MOST_CONTACTS);
        let organisers = organisers(fields);
        let billing = fields.object("billing");
        if !fields.has("modules") {
            let is_null = fields.raw("modules").is_some();
            fields.problem("modules", if is_null { Reason::Null } else { Reason::Required });
        }
        let modules = modules(fields);
        let is_named = fields.has("name");
        let name = fields.nullable::<Text<200>>("name").flatten().map(|name| name.0);
        let called = owner
            .as_ref()
            .filter(|owner| owner.given_name.is_some() || owner.family_name.is_some());
        let name =
            name.or_else(|| called.filter(|_| !is_named).map(attesta_store::NewPerson::name));
        if name.is_none() && fields.is_sound() {
            fields.problem("name", Reason::Null);
        }
        Some(Self(NewOrganisation {
            name: name?,
            country: country?,
            location,
            company: company.unwrap_or_default(),
            organisers: organisers.unwrap_or_default(),
            billing,
            modules: modules?,
            owner,
            contacts: contacts.unwrap_or_default().into_iter().map(|one| one.0).collect(),
        }))
    }
}

/// Create Organisation
///
/// It waits to be activated, which invites its owner. Other people are in without
/// a word to them, with a password that nobody knows.
#[utoipa::path(post, path = "/customers/organisations", operation_id = "createOrganisation",
    tag = "organisations", request_body = CreateOrganisation,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, description = "OK", body = Organisation), Failures))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    headers: HeaderMap,
    WrittenBody { value: Wanted(new), written }: WrittenBody<Wanted>,
) -> Result<Json<Organisation>, Failure> {
    let key = idempotency_key(&headers)?
        .map(|key| Idempotency::new(None, caller.user_id, "organisations", key, &[&written]));
    let made = app.store.create_organisation(&caller, &new, key.as_ref()).await?;
    Ok(Json(Organisation::of(&made)))
}
