//! `POST /lapi/v1/upload/{organisation_id}/{learner_id}/`: a place to upload a
//! document to that is too large for a request's body.

use std::collections::BTreeMap;
use std::sync::Arc;

use attesta_objects::PresignedPost;
use attesta_store::access::CanSubmit;
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{Denied, Failure, Path};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::learners::ids;

/// A form to upload with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Upload {
    /// What to name in the verification request.
    upload_id: Uuid,
    upload: Form,
    /// Until when the form is good.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Where to post to, and the fields that come before `file`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Form {
    #[schema(format = "uri")]
    url: String,
    #[schema(value_type = std::collections::HashMap<String, String>)]
    fields: BTreeMap<&'static str, String>,
}

/// Get a form to upload a document with
///
/// One object of at most 100 MiB, within a quarter of an hour.
#[utoipa::path(post, path = "/lapi/v1/upload/{organisation_id}/{learner_id}/",
    operation_id = "createUpload", tag = "intake",
    params(("organisation_id" = String, Path), ("learner_id" = String, Path)),
    responses((status = 201, description = "OK", body = Upload), Denied))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner)): Path<(String, String)>,
) -> Result<(StatusCode, Json<Upload>), Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let learner = app.store.learner_of::<CanSubmit>(&caller, organisation, learner).await?;
    let (id, post) = app.objects.upload(learner.organisation_id, learner.id).await?;
    let PresignedPost { url, fields, expires_at } = post;
    let upload = Form { url, fields };
    Ok((StatusCode::CREATED, Json(Upload { upload_id: id.0, upload, expires_at })))
}
