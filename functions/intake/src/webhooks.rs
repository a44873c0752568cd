//! `/lapi/v1/webhook/{organisation_id}/`: where an organisation wants to be
//! told what happened.

use std::sync::Arc;

use attesta_model::{Error, OrganisationId, Reason, WebhookUrl};
use attesta_store::Webhook;
use attesta_store::access::{CanManage, CanRead};
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{Body, Denied, Failure, Path, Refused};
use attesta_wire::{Fields, FromFields};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;

/// An organisation's webhook. Messages to it are signed as the Standard Webhooks
/// specification has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(crate) struct WebhookView {
    organisation_id: Uuid,
    #[schema(format = "uri")]
    url: String,
    /// What messages are signed with: shown when it is made, and never again.
    secret: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl WebhookView {
    fn new(webhook: &Webhook) -> Self {
        Self {
            organisation_id: webhook.organisation_id.0,
            url: webhook.url.to_string(),
            secret: None,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
        }
    }

    fn with_secret(webhook: &Webhook) -> Self {
        Self { secret: Some(webhook.secret.expose().to_owned()), ..Self::new(webhook) }
    }
}

/// Where to tell.
#[derive(Debug, ToSchema)]
pub(crate) struct Target {
    /// An `https` address whose host is a public name.
    #[schema(value_type = String, format = "uri", max_length = 2000)]
    url: WebhookUrl,
}

impl FromFields for Target {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let text = fields.required::<String>("url")?;
        match text.parse() {
            Ok(url) => Some(Self { url }),
            Err(error) => {
                let error: attesta_model::NotAWebhookUrl = error;
                fields.problem("url", Reason::Rule(error.to_string()));
                None
            }
        }
    }
}

/// Read an organisation's webhook
#[utoipa::path(get, path = "/lapi/v1/webhook/{organisation_id}/",
    operation_id = "readWebhook", tag = "intake", params(("organisation_id" = String, Path)),
    responses((status = 200, description = "OK", body = WebhookView), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(organisation): Path<String>,
) -> Result<Json<WebhookView>, Failure> {
    let handle = app.store.organisation::<CanRead>(&caller, id(&organisation)?).await?;
    let webhook = app.store.webhook(handle.id()).await?.ok_or_else(Error::not_found)?;
    Ok(Json(WebhookView::new(&webhook)))
}

/// Set an organisation's webhook
///
/// The first time, the answer shows the secret.
#[utoipa::path(put, path = "/lapi/v1/webhook/{organisation_id}/",
    operation_id = "setWebhook", tag = "intake", request_body = Target,
    params(("organisation_id" = String, Path)),
    responses((status = 200, description = "changed", body = WebhookView),
        (status = 201, description = "new", body = WebhookView), Denied, Refused))]
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(organisation): Path<String>,
    body: Body<Target>,
) -> Result<(StatusCode, Json<WebhookView>), Failure> {
    let handle = app.store.organisation::<CanManage>(&caller, id(&organisation)?).await?;
    let (webhook, is_new) = app.store.set_webhook(&handle, body.value.url).await?;
    Ok(if is_new {
        (StatusCode::CREATED, Json(WebhookView::with_secret(&webhook)))
    } else {
        (StatusCode::OK, Json(WebhookView::new(&webhook)))
    })
}

/// Give an organisation's webhook a new secret
///
/// For a day, messages are signed with the one before as well.
#[utoipa::path(post, path = "/lapi/v1/webhook/{organisation_id}/secret/",
    operation_id = "rotateWebhookSecret", tag = "intake",
    params(("organisation_id" = String, Path)),
    responses((status = 201, description = "OK", body = WebhookView), Denied, Refused))]
pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(organisation): Path<String>,
) -> Result<(StatusCode, Json<WebhookView>), Failure> {
    let handle = app.store.organisation::<CanManage>(&caller, id(&organisation)?).await?;
    let webhook = app.store.rotate_webhook_secret(&handle).await?;
    Ok((StatusCode::CREATED, Json(WebhookView::with_secret(&webhook))))
}

/// Delete an organisation's webhook
#[utoipa::path(delete, path = "/lapi/v1/webhook/{organisation_id}/",
    operation_id = "deleteWebhook", tag = "intake", params(("organisation_id" = String, Path)),
    responses((status = 204, description = "OK"), Denied))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(organisation): Path<String>,
) -> Result<StatusCode, Failure> {
    let handle = app.store.organisation::<CanManage>(&caller, id(&organisation)?).await?;
    app.store.delete_webhook(&handle).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The identifier in a path; what can't be one is not there.
fn id(organisation: &str) -> Result<OrganisationId, Error> {
    organisation.parse().map_err(|_| Error::not_found())
}
