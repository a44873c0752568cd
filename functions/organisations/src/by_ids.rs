//! `/customers/organisations/by-ids` and `/me`: organisations in a flatter form,
//! with where they are paid in advance.

use std::sync::Arc;

use attesta_model::{Error, OrganisationId, Reason};
use attesta_wire::customer::{AsCaller, AsUser, Failure, Failures, Missing, OrganisationDetails};
use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use http::request::Parts;

use crate::App;

/// The organisations asked for, each once.
#[derive(Debug)]
pub(crate) struct Ids(Vec<OrganisationId>);

impl<S: Sync> FromRequestParts<S> for Ids {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        const MOST: usize = 100;
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let pairs = pairs.map(|pairs| pairs.0).unwrap_or_default();
        let given =
            pairs.iter().filter(|(name, _)| name == "ids").flat_map(|(_, ids)| ids.split(','));
        let given: Vec<_> = given.map(str::trim).filter(|id| !id.is_empty()).collect();
        let refuse = |reason| Failure::from(Error::field("ids", reason));
        match given.len() {
            0 => return Err(refuse(Reason::Required)),
            1..=MOST => {}
            _ => return Err(refuse(Reason::Rule(format!("must be at most {MOST}")))),
        }
        let mut ids = Vec::new();
        // What can't be an id is nobody's.
        for id in given.into_iter().filter_map(|id| id.parse().ok()) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(Self(ids))
    }
}

/// Get Organisations By Ids
///
/// In the order of `ids`, which are up to a hundred with commas between them.
/// What is unknown or foreign is left out. Bank details are for the owner and
/// staff, and masked for other people of the organisation; nobody else has them.
#[utoipa::path(get, path = "/customers/organisations/by-ids",
    operation_id = "getOrganisationsByIds", tag = "organisations",
    params(("ids" = String, Query)),
    responses((status = 200, description = "OK", body = Vec<OrganisationDetails>), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    Ids(ids): Ids,
) -> Result<Json<Vec<OrganisationDetails>>, Failure> {
    let found = app.store.organisations_in_sight(&caller, &ids).await?;
    Ok(Json(found.iter().map(OrganisationDetails::from).collect()))
}

/// Get My Organisation
#[utoipa::path(get, path = "/customers/organisations/me", operation_id = "getMyOrganisation",
    tag = "organisations",
    responses((status = 200, description = "OK", body = OrganisationDetails), Failures, Missing))]
pub(crate) async fn own(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
) -> Result<Json<OrganisationDetails>, Failure> {
    let found = app.store.own_organisation(&caller).await?;
    Ok(Json(OrganisationDetails::from(&found)))
}
