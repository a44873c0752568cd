//! `PATCH /customers/organisations/{id}`: an organisation changes.

use std::sync::Arc;

use attesta_model::{Company, DocumentRef, HomeCountry, OrganisationChange, SettlementContact};
use attesta_store::Settling;
use attesta_wire::customer::inputs::{
    BillingInput, CompanyInput, ContactDetailsInput, CountryCode, DocumentRefInput, LocationInput,
    ModuleInput, SettlementContactInput, text,
};
use attesta_wire::customer::{
    AsUser, Body, Failure, Failures, Missing, Organisation, Path, Status,
};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use crate::App;
use crate::people::{MOST, MOST_CONTACTS, Named, Reached, bounded, modules, organisers};

/// What is to become of an organisation; what is left out or null stays.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Change` reads")]
pub(crate) struct UpdateOrganisation {
    location: Option<LocationInput>,
    company: Option<CompanyInput>,
    name: Option<String>,
    #[serde(rename = "countryISO")]
    #[schema(inline)]
    country_iso: Option<CountryCode<false>>,
    /// What its owner is called; where it has none, who becomes it, which staff
    /// decide.
    owner_contact: Option<ContactDetailsInput>,
    /// Who belongs to it, if they don't yet: at most fifteen.
    contacts: Option<Vec<ContactDetailsInput>>,
    organisers: Option<Vec<String>>,
    /// For staff alone.
    billing: Option<BillingInput>,
    /// For staff alone.
    modules: Option<Vec<ModuleInput>>,
    /// The company's `bio`.
    #[schema(deprecated)]
    bio: Option<String>,
    /// The company's `holdingNumber`.
    #[schema(deprecated)]
    company_holding_number: Option<String>,
    /// The company's `website`.
    #[schema(deprecated)]
    website: Option<String>,
    /// The company's `number`.
    #[schema(deprecated)]
    company_number: Option<String>,
    /// The company's `salesTaxId`.
    #[schema(deprecated)]
    company_sales_tax_id: Option<String>,
    #[schema(deprecated)]
    inventory_type: Option<Vec<String>>,
    settlement_contacts: Option<Vec<SettlementContactInput>>,
    logo: Option<DocumentRefInput>,
    /// For staff alone.
    status: Option<Status>,
    /// For staff alone.
    status_message: Option<String>,
    /// For staff alone.
    vetted: Option<bool>,
    /// For staff alone.
    is_merchant: Option<bool>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Change {
    change: OrganisationChange,
    settling: Settling,
}

/// A company of which something is said, and whether that is who vouches for it.
struct PartOfCompany {
    company: Company,
    has_assurances: bool,
}

impl FromFields for PartOfCompany {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let has_assurances = fields.has("assurances");
        Company::from_fields(fields).map(|company| Self { company, has_assurances })
    }
}

impl FromFields for Change {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let said = fields.object::<PartOfCompany>("company");
        let assurances = said.as_ref().filter(|said| said.has_assurances);
        let assurances = assurances.map(|said| said.company.assurances.clone());
        let company = flat(fields).with(said.map(|said| said.company).unwrap_or_default());
        let owner = fields.object::<Named>("ownerContact").map(|owner| owner.0);
        let contacts = fields.objects::<Reached>("contacts", MOST_CONTACTS).unwrap_or_default();
        let contacts = contacts.into_iter().map(|one| one.0).collect();
        let inventory_types = fields.nullable::<Vec<Text<50>>>("inventoryType").flatten();
        bounded(fields, "inventoryType", inventory_types.as_ref().map_or(0, Vec::len));
        let change = OrganisationChange {
            name: text::<200>(fields, "name"),
            country: fields.nullable::<HomeCountry>("countryISO").flatten(),
            location: fields.object("location"),
            company,
            assurances,
            inventory_types: inventory_types.map(|all| all.into_iter().map(|one| one.0).collect()),
            organisers: organisers(fields),
            settlement_contacts: fields.objects::<SettlementContact>("settlementContacts", MOST),
            billing: fields.object("billing"),
            modules: modules(fields),
            status: fields.nullable("status").flatten(),
            status_message: text::<2_000>(fields, "statusMessage"),
            vetted: fields.nullable("vetted").flatten(),
            is_merchant: fields.nullable("isMerchant").flatten(),
        };
        Some(Self { change, settling: Settling { owner, contacts } })
    }
}

/// What is said of the company beside it, as it once was.
fn flat(fields: &mut Fields) -> Company {
    Company {
        bio: text::<2_000>(fields, "bio"),
        holding_number: text::<50>(fields, "companyHoldingNumber"),
        website: text::<2_000>(fields, "website"),
        number: text::<50>(fields, "companyNumber"),
        sales_tax_id: text::<50>(fields, "companySalesTaxId"),
        logo: fields.object::<DocumentRef>("logo"),
        ..Company::default()
    }
}

/// Update Organisation
///
/// Nothing said, nothing changes. Of two words about one thing of the company,
/// that within it counts. `deleted` ends what its people may do at once, and
/// frees its name and company number.
#[utoipa::path(patch, path = "/customers/organisations/{id}", operation_id = "updateOrganisation",
    tag = "organisations", params(("id" = String, Path)), request_body = UpdateOrganisation,
    responses((status = 200, description = "OK", body = Organisation), Failures, Missing))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
    Body(Change { change, settling }): Body<Change>,
) -> Result<Json<Organisation>, Failure> {
    let view = app.store.update_organisation(&caller, &id, &change, &settling).await?;
    Ok(Json(Organisation::of(&view)))
}
