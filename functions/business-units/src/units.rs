//! `/customers/business-units/organisations/{id}`: the units of an organisation.

use std::sync::Arc;

use attesta_identity::Caller;
use attesta_wire::customer::{
    AsUser, BusinessUnit, BusinessUnitSummary, Failure, Failures, Missing, Path, TagGroup,
};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// An organisation's units, as far as the caller sees to them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganisationBusinessUnits {
    /// The organisation's identifier.
    id: String,
    #[schema(required)]
    organisation_id: Option<String>,
    #[schema(required)]
    organisation_name: Option<String>,
    /// Its region, by ISO 3166-2.
    #[serde(rename = "organisationRegionISO")]
    #[schema(required)]
    organisation_region_iso: Option<String>,
    /// The marks of these units.
    #[schema(required)]
    tag_groups: Option<Vec<TagGroup>>,
    /// The units, oldest first.
    #[schema(required)]
    business_units: Option<Vec<BusinessUnit>>,
}

/// An organisation's units, in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganisationBusinessUnitsSummary {
    #[schema(required)]
    organisation_id: Option<String>,
    #[schema(required)]
    organisation_name: Option<String>,
    /// The marks of these units.
    #[schema(required)]
    tag_groups: Option<Vec<TagGroup>>,
    /// The units, oldest first.
    #[schema(required)]
    business_units: Option<Vec<BusinessUnitSummary>>,
}

/// Get Business Units
///
/// Oldest first: to a member those that they see to, to the owner, to staff and
/// to the members of an organiser all.
#[utoipa::path(get, path = "/customers/business-units/organisations/{id}",
    operation_id = "getBusinessUnits", tag = "business-units", params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = OrganisationBusinessUnits),
        Failures, Missing))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<OrganisationBusinessUnits>, Failure> {
    let seen = app.store.organisation_in_sight(&Caller::User(caller), &id).await?;
    let units = app.store.own_business_units(&seen).await?;
    let organisation = seen.get();
    let address = organisation.location.as_ref().and_then(|place| place.address.as_ref());
    Ok(Json(OrganisationBusinessUnits {
        id: organisation.id.to_string(),
        organisation_id: Some(organisation.id.to_string()),
        organisation_name: Some(organisation.name.clone()),
        organisation_region_iso: address.and_then(|address| address.region_iso.clone()),
        tag_groups: Some(TagGroup::of(&units)),
        business_units: Some(units.iter().map(BusinessUnit::from).collect()),
    }))
}

/// Get Business Units Summary
///
/// All of them, whichever the caller sees to.
#[utoipa::path(get, path = "/customers/business-units/organisations/{id}/summary",
    operation_id = "getBusinessUnitsSummary", tag = "business-units",
    params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = OrganisationBusinessUnitsSummary),
        Failures, Missing))]
pub(crate) async fn summary(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<OrganisationBusinessUnitsSummary>, Failure> {
    let seen = app.store.organisation_in_sight(&Caller::User(caller), &id).await?;
    let units = app.store.business_units(&seen).await?;
    Ok(Json(OrganisationBusinessUnitsSummary {
        organisation_id: Some(seen.get().id.to_string()),
        organisation_name: Some(seen.get().name.clone()),
        tag_groups: Some(TagGroup::of(&units)),
        business_units: Some(units.iter().map(BusinessUnitSummary::from).collect()),
    }))
}
