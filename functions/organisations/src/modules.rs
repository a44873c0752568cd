//! `/customers/organisations/{id}/modules`: what an organisation has subscribed
//! to, as staff see to it.

use std::sync::Arc;

use attesta_model::Module;
use attesta_wire::customer::inputs::PriceInput;
use attesta_wire::customer::{AsUser, Body, Failure, Failures, Missing, Organisation, Path};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use crate::App;

/// A module that an organisation is to have.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Added` reads")]
pub(crate) struct AddModule {
    id: String,
    name: Option<String>,
    #[schema(required)]
    price: Option<PriceInput>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Added(Module);

impl FromFields for Added {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.require(&["price"]);
        Module::from_fields(fields).map(Self)
    }
}

/// A module, by its id.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ModuleId {
    pub(crate) id: String,
}

impl FromFields for ModuleId {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let id = fields.required::<Text<50>>("id");
        Some(Self { id: id?.0 })
    }
}

/// Add Module
///
/// The owner gets the module's roles. One that the organisation has already is
/// the same at the price that is said now.
#[utoipa::path(post, path = "/customers/organisations/{id}/modules", operation_id = "addModule",
    tag = "organisations", params(("id" = String, Path)), request_body = AddModule,
    responses((status = 200, description = "OK", body = Organisation), Failures, Missing))]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
    Body(Added(module)): Body<Added>,
) -> Result<Json<Organisation>, Failure> {
    let view = app.store.add_module(&caller, &id, &module).await?;
    Ok(Json(Organisation::of(&view)))
}

/// Remove Module
///
/// The owner's roles of it go with it; those of others count no more.
#[utoipa::path(delete, path = "/customers/organisations/{id}/modules",
    operation_id = "removeModule", tag = "organisations", params(("id" = String, Path)),
    request_body = ModuleId,
    responses((status = 200, description = "OK", body = Organisation), Failures, Missing))]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
    Body(module): Body<ModuleId>,
) -> Result<Json<Organisation>, Failure> {
    let view = app.store.remove_module(&caller, &id, &module.id).await?;
    Ok(Json(Organisation::of(&view)))
}

/// Remove Module
///
/// The same as `removeModule`, for callers whose requests to delete have no body.
#[utoipa::path(delete, path = "/customers/organisations/{id}/modules/{moduleId}",
    operation_id = "removeModuleById", tag = "organisations",
    params(("id" = String, Path), ("moduleId" = String, Path)),
    responses((status = 200, description = "OK", body = Organisation), Failures, Missing))]
pub(crate) async fn remove_by_path(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((id, module)): Path<(String, String)>,
) -> Result<Json<Organisation>, Failure> {
    let view = app.store.remove_module(&caller, &id, &module).await?;
    Ok(Json(Organisation::of(&view)))
}
