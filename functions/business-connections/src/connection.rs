//! `/customers/business-connections/{id}`: another organisation that the
//! caller's deals with.

use std::sync::Arc;

use attesta_model::{Error, Reason, Relationship};
use attesta_wire::customer::{
    Acknowledgement, AsUser, ConnectedOrganisation, Failure, Failures, Missing, Path,
};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::record::rows;
use crate::wanted::RelationshipName;

/// That a connection was ended, and which are left.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionDeleted {
    /// For people.
    message: String,
    /// Always `success`.
    status: &'static str,
    /// All that are left, or the first thousand by name.
    connected_organisations: Vec<ConnectedOrganisation>,
}

/// Delete Business Connection
///
/// The contacts there that were let in are out at once. What the other
/// organisation has with the caller's stays.
#[utoipa::path(delete, path = "/customers/business-connections/{id}",
    operation_id = "deleteBusinessConnection", tag = "business-connections",
    params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = ConnectionDeleted), Failures, Missing))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<ConnectionDeleted>, Failure> {
    let home = app.home(&caller).await?;
    app.store.delete_connection(&home.clone().managed()?, &id).await?;
    let Acknowledgement { message, status } = Acknowledgement::new("The connection is ended.");
    let connected_organisations = rows(&app.record(&home).await?);
    Ok(Json(ConnectionDeleted { message, status, connected_organisations }))
}

/// Add Relationship
///
/// What the other organisation is to the caller's; said before, it stays so. The
/// organisation's webhook is told `connection.relationship-added`. An organiser
/// may see the caller's business units.
#[utoipa::path(put, path = "/customers/business-connections/{id}/relationships/{relationship}",
    operation_id = "addRelationship", tag = "business-connections",
    params(("id" = String, Path), ("relationship" = inline(RelationshipName), Path)),
    responses((status = 200, description = "OK", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn add_relationship(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((id, relationship)): Path<(String, String)>,
) -> Result<Json<Acknowledgement>, Failure> {
    let owner = app.home(&caller).await?.managed()?;
    let known = Relationship::of(&relationship);
    let unknown = || Error::field("relationship", Reason::NotAChoice(relationship));
    app.store.add_relationship(&owner, &id, known.ok_or_else(unknown)?).await?;
    Ok(Json(Acknowledgement::new("The relationship is noted.")))
}
