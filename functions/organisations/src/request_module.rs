//! `POST /customers/organisations/{id}/modules/request`: an organisation would
//! like a module.

use std::sync::Arc;

use attesta_identity::Caller;
use attesta_model::{Error, ModuleRequest, Notice};
use attesta_store::access::Standing;
use attesta_wire::Source;
use attesta_wire::customer::{Acknowledgement, AsUser, Body, Failure, Failures, Missing, Path};
use attesta_wire::throttle::AtUser;
use axum::Json;
use axum::extract::State;

use crate::App;
use crate::modules::ModuleId;

const MODULE_REQUEST: AtUser = AtUser::asking("module-request");

/// Request Module
///
/// Customer service hears of it; nothing changes.
#[utoipa::path(post, path = "/customers/organisations/{id}/modules/request",
    operation_id = "requestModule", tag = "organisations", params(("id" = String, Path)),
    request_body = ModuleId,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn request(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    source: Source,
    Path(id): Path<String>,
    Body(module): Body<ModuleId>,
) -> Result<Json<Acknowledgement>, Failure> {
    let user_id = caller.user_id;
    let seen = app.store.organisation_in_sight(&Caller::User(caller), &id).await?;
    if !matches!(seen.standing(), Standing::Member(_)) {
        return Err(Error::forbidden().into());
    }
    if seen.get().has_module(&module.id) {
        let message = "The organisation has the module already.".to_owned();
        return Err(Error::Conflict { code: "has_module", message }.into());
    }
    MODULE_REQUEST.count(&app.store, &user_id.to_string(), &source).await?;
    let organisation = seen.get();
    let request = ModuleRequest {
        organisation_id: organisation.id,
        organisation: organisation.name.clone(),
        module: module.id,
        user_id,
    };
    app.store.tell_somebody(Notice::ModuleRequested(request)).await?;
    Ok(Json(Acknowledgement::new("Customer service has your request and will be in touch.")))
}
