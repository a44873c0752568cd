//! `/customers/system/settings`: what staff set for all functions.

use std::sync::Arc;

use attesta_model::{LogFilter, LogLevel, Logging, Reason, Result};
use attesta_store::SystemSettings;
use attesta_store::access::CanChange;
use attesta_wire::customer::{Acknowledgement, AsUser, Body, Failure, Failures};
use attesta_wire::{Field, Fields, FromFields};
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::App;

/// Settings that are to hold.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Wanted` reads")]
pub(crate) struct NewSettings {
    #[schema(inline)]
    logging: NewLogging,
}

/// What is to be logged.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of a field, which `Wanted` reads")]
pub(crate) struct NewLogging {
    /// How much: `error`, `warn`, `info`, `debug` or `trace`.
    level: String,
    /// Of what more or less: directives with commas between, each a target and
    /// its level, like `attesta_store=debug`. May be empty. Of code that is not
    /// the platform's own nothing below `info` is logged, whatever is said here.
    filter: String,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wanted(Logging);

impl FromFields for Wanted {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let logging = fields.within("logging", |fields| {
            let level = fields.required::<Level>("level");
            let filter = fields.required::<Filter>("filter");
            for name in fields.names() {
                fields.problem(&name, Reason::Unknown);
            }
            Some(Logging { level: level?.0, filter: filter?.0 })
        });
        logging.map(Self)
    }
}

struct Level(LogLevel);

impl Field for Level {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let text = String::from_value(value)?;
        text.parse().map(Self).map_err(|_| Reason::NotAChoice(text))
    }
}

struct Filter(LogFilter);

impl Field for Filter {
    fn from_value(value: Value) -> Result<Self, Reason> {
        const RULE: &str = "must be directives like attesta_store=debug, with commas between";
        let text = match value {
            Value::String(text) => text,
            other => String::from_value(other)?,
        };
        text.parse().map(Self).map_err(|_| Reason::Rule(RULE.to_owned()))
    }
}

/// The settings as they are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingsView {
    /// What is logged; null where nobody said, and each function logs what it
    /// was deployed with.
    #[schema(required)]
    logging: Option<LoggingView>,
    /// Who of the staff said so.
    #[schema(required)]
    updated_by: Option<String>,
    /// When.
    #[serde(rename = "updatedAtUTC")]
    #[schema(value_type = Option<String>, format = DateTime, required)]
    updated_at: Option<Timestamp>,
}

/// What is logged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoggingView {
    /// How much.
    level: &'static str,
    /// Of what more or less.
    filter: String,
}

impl From<Option<SystemSettings>> for SettingsView {
    fn from(settings: Option<SystemSettings>) -> Self {
        let logging = settings.as_ref().map(|SystemSettings { logging, .. }| LoggingView {
            level: logging.level.name(),
            filter: logging.filter.as_str().to_owned(),
        });
        let updated_by = settings.as_ref().map(|settings| settings.updated_by.to_string());
        Self { logging, updated_by, updated_at: settings.map(|settings| settings.updated_at) }
    }
}

/// Read the system settings
#[utoipa::path(get, path = "/customers/system/settings", operation_id = "getSystemSettings",
    tag = "system",
    responses((status = 200, description = "OK", body = SettingsView), Failures))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
) -> Result<Json<SettingsView>, Failure> {
    Ok(Json(app.store.managed_settings(&caller).await?.into()))
}

/// Update system settings
///
/// Running functions follow them within a minute.
#[utoipa::path(put, path = "/customers/system/settings", operation_id = "updateSystemSettings",
    tag = "system", request_body = NewSettings,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Body(Wanted(logging)): Body<Wanted>,
) -> Result<Json<Acknowledgement>, Failure> {
    let staff = app.store.staff::<CanChange>(&caller).await?;
    app.store.set_system_settings(&staff, logging).await?;
    Ok(Json(Acknowledgement::new("The settings hold within a minute.")))
}
