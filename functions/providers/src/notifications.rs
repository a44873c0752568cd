//! `/api/v2/provider/{provider_id}/notification/`: what a provider wants to be
//! told, and when.

use std::sync::Arc;

use attesta_model::{Error, NewNotification, Notification, NotificationChange};
use attesta_wire::auth::AsProvider;
use attesta_wire::provider::{Body, Denied, Failure, Listing, Page, PageRequest, Path, Refused};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::{OriginalUri, State};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::App;

const MAX_KEY: usize = 250;
/// An answer may take 6 MB; a page's infos as many bytes at most.
const MOST_INFOS: usize = 5_000_000;

/// A notification.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderNotification {
    id: u64,
    #[schema(value_type = Option<Object>)]
    info: Option<Map<String, Value>>,
    provider: u64,
    #[schema(min_length = 1, max_length = 250)]
    key: String,
    #[schema(value_type = String, format = DateTime)]
    when: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Notification> for ProviderNotification {
    fn from(row: Notification) -> Self {
        Self {
            id: row.id.get(),
            info: row.info,
            provider: row.provider_id.get(),
            key: row.key,
            when: row.when,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// What a provider asks to be told. Info that is not given stays as it is; of
/// two objects the new one's fields go over the old one's.
#[derive(Debug, ToSchema)]
#[schema(as = NewNotification)]
pub(crate) struct Whole {
    #[schema(value_type = Option<Object>)]
    info: Option<Option<Map<String, Value>>>,
    /// Notification unique key for the provider.
    #[schema(value_type = String, min_length = 1, max_length = 250)]
    key: Text<MAX_KEY>,
    /// When the notification should be sent to provider: ISO 8601; without a zone it is UTC.
    #[schema(value_type = String)]
    when: Timestamp,
}

impl FromFields for Whole {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let info = fields.nullable("info");
        let (key, when) = (fields.required("key"), fields.required("when"));
        Some(Self { info, key: key?, when: when? })
    }
}

impl From<Whole> for NewNotification {
    fn from(body: Whole) -> Self {
        Self { key: body.key.0, when: body.when, info: body.info }
    }
}

/// The same with nothing that must be there: what is not given stays.
#[derive(Debug, ToSchema)]
#[schema(as = NotificationChange)]
pub(crate) struct Part {
    #[schema(value_type = Option<Object>)]
    info: Option<Option<Map<String, Value>>>,
    /// Notification unique key for the provider.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 250)]
    key: Option<Text<MAX_KEY>>,
    /// When the notification should be sent to provider: ISO 8601; without a zone it is UTC.
    #[schema(value_type = String, required = false)]
    when: Option<Timestamp>,
}

impl FromFields for Part {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            info: fields.nullable("info"),
            key: fields.optional("key"),
            when: fields.optional("when"),
        })
    }
}

impl From<Part> for NotificationChange {
    fn from(body: Part) -> Self {
        Self { key: body.key.map(|key| key.0), when: body.when, info: body.info }
    }
}

/// List provider notifications
#[utoipa::path(get, path = "/api/v2/provider/{provider_id}/notification/",
    operation_id = "listNotifications", tag = "notification",
    params(("provider_id" = String, Path), Listing),
    responses((status = 200, description = "OK", body = Page<ProviderNotification>), Denied))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(provider): Path<String>,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<ProviderNotification>>, Failure> {
    let request = PageRequest::from(listing);
    let page = app.store.own_notifications(&caller, &provider, &request.query()).await?;
    if page.rows.iter().map(Notification::info_size).sum::<usize>() > MOST_INFOS {
        let text = "Too much for one page: ask for fewer with limit.";
        return Err(Error::Refused(text.to_owned()).into());
    }
    let rows = page.rows.iter().cloned().map(ProviderNotification::from).collect();
    Ok(Json(request.answer(&page, rows, (&app.base, &headers, &uri))))
}

/// Create provider notification
///
/// Where there is one with the key, it is changed.
#[utoipa::path(post, path = "/api/v2/provider/{provider_id}/notification/",
    operation_id = "createNotification", tag = "notification", request_body = Whole,
    params(("provider_id" = String, Path)),
    responses((status = 201, description = "OK", body = ProviderNotification), Denied, Refused))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path(provider): Path<String>,
    body: Body<Whole>,
) -> Result<(StatusCode, Json<ProviderNotification>), Failure> {
    let row = app.store.put_notification(&caller, &provider, body.value.into()).await?;
    Ok((StatusCode::CREATED, Json(row.into())))
}

/// Read provider notification
#[utoipa::path(get, path = "/api/v2/provider/{provider_id}/notification/{id}/",
    operation_id = "readNotification", tag = "notification",
    params(("provider_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, description = "OK", body = ProviderNotification), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, id)): Path<(String, String)>,
) -> Result<Json<ProviderNotification>, Failure> {
    let own = app.store.own_notification(&caller, &provider, &id).await?;
    Ok(Json(own.row().clone().into()))
}

/// Update provider notification
#[utoipa::path(put, path = "/api/v2/provider/{provider_id}/notification/{id}/",
    operation_id = "updateNotification", tag = "notification", request_body = Whole,
    params(("provider_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, description = "OK", body = ProviderNotification), Denied, Refused))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, id)): Path<(String, String)>,
    body: Body<Whole>,
) -> Result<Json<ProviderNotification>, Failure> {
    let own = app.store.own_notification(&caller, &provider, &id).await?;
    let change = NewNotification::from(body.value).into();
    Ok(Json(app.store.change_notification(own, change).await?.into()))
}

/// Partially update provider notification
#[utoipa::path(patch, path = "/api/v2/provider/{provider_id}/notification/{id}/",
    operation_id = "patchNotification", tag = "notification", request_body = Part,
    params(("provider_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, description = "OK", body = ProviderNotification), Denied, Refused))]
pub(crate) async fn patch(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, id)): Path<(String, String)>,
    body: Body<Part>,
) -> Result<Json<ProviderNotification>, Failure> {
    let own = app.store.own_notification(&caller, &provider, &id).await?;
    Ok(Json(app.store.change_notification(own, body.value.into()).await?.into()))
}

/// Delete provider notification
#[utoipa::path(delete, path = "/api/v2/provider/{provider_id}/notification/{id}/",
    operation_id = "deleteNotification", tag = "notification",
    params(("provider_id" = String, Path), ("id" = String, Path)),
    responses((status = 204, description = "OK"), Denied))]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    AsProvider(caller): AsProvider,
    Path((provider, id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let own = app.store.own_notification(&caller, &provider, &id).await?;
    app.store.delete_notification(own).await?;
    Ok(StatusCode::NO_CONTENT)
}
