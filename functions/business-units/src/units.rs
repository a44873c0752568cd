//! `/customers/business-units/organisations/{id}`: the units of an organisation.

use std::sync::Arc;

use attesta_identity::Caller;
use attesta_model::{BusinessUnit, BusinessUnitKind};
use attesta_wire::customer::{AsUser, BusinessUnitSummary, Failure, Failures, Missing, Path};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// An organisation's units, in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrganisationBusinessUnitsSummary {
    organisation_id: Option<String>,
    organisation_name: Option<String>,
    tag_groups: Vec<TagGroup>,
    business_units: Vec<BusinessUnitSummary>,
}

/// Tags of one sort.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TagGroup {
    name: Option<String>,
    tags: Vec<String>,
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
    let seen = app.store.organisation_in_sight(&Caller::User(caller), &id).await?.whole()?;
    let units = app.store.business_units(&seen).await?;
    Ok(Json(OrganisationBusinessUnitsSummary {
        organisation_id: Some(seen.get().id.to_string()),
        organisation_name: Some(seen.get().name.clone()),
        tag_groups: tag_groups(&units),
        business_units: units.iter().map(summarised).collect(),
    }))
}

fn summarised(unit: &BusinessUnit) -> BusinessUnitSummary {
    let business = unit.business.as_ref();
    let address = business.and_then(|one| one.location.as_ref()?.address.as_ref());
    BusinessUnitSummary {
        id: unit.id.to_string(),
        name: Some(unit.name.clone()),
        r#type: Some(kind(unit.kind).to_owned()),
        business: business.and_then(|one| one.name.clone()),
        region: address.and_then(|address| address.region.clone()),
        tags: Some(business.map(attesta_model::Business::tags).unwrap_or_default()),
    }
}

const fn kind(kind: BusinessUnitKind) -> &'static str {
    match kind {
        BusinessUnitKind::Farm => "farm",
        BusinessUnitKind::Stores => "stores",
        BusinessUnitKind::Region => "region",
    }
}

/// The tags that units have, by what they say.
fn tag_groups(units: &[BusinessUnit]) -> Vec<TagGroup> {
    let group = |name: &str, tag: fn(&attesta_model::Business) -> Option<&String>| {
        let mut tags: Vec<_> =
            units.iter().filter_map(|unit| tag(unit.business.as_ref()?).cloned()).collect();
        tags.sort();
        tags.dedup();
        TagGroup { name: Some(name.to_owned()), tags }
    };
    vec![
        group("location", |business| business.location_tag.as_ref()),
        group("management", |business| business.management_tag.as_ref()),
    ]
}
