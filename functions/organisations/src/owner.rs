//! `PUT /customers/organisations/owner`: an organisation gets another owner.

use std::sync::Arc;

use attesta_wire::customer::{AsUser, Body, Failure, Failures, Missing, Organisation};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use crate::App;

/// Who is to own an organisation.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangeOwner {
    /// The user id to be the new owner
    new_owner_user_id: String,
}

impl FromFields for ChangeOwner {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let id = fields.required::<Text<128>>("newOwnerUserId");
        Some(Self { new_owner_user_id: id?.0 })
    }
}

/// Change Organisation Owner
///
/// Of the caller's organisation; where staff call, of the new owner's. The roles
/// of both change places, and both are told by e-mail.
#[utoipa::path(put, path = "/customers/organisations/owner", operation_id = "changeOwner",
    tag = "organisations", request_body = ChangeOwner,
    responses((status = 200, description = "OK", body = Organisation), Failures, Missing))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Body(new): Body<ChangeOwner>,
) -> Result<Json<Organisation>, Failure> {
    let view = app.store.change_owner(&caller, &new.new_owner_user_id).await?;
    Ok(Json(Organisation::of(&view)))
}
