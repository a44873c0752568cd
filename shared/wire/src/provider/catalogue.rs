//! Instruments and providers as this dialect shows them.

use attesta_model::{Instrument, Polarity, Provider};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// An instrument.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Instrument)]
#[expect(missing_docs, reason = "each is the field of its name in the model")]
pub struct InstrumentView {
    pub id: u64,
    #[schema(value_type = Option<Object>)]
    pub options_schema: Option<Value>,
    pub name: String,
    pub acronym: String,
    pub queue: String,
    pub enabled: bool,
    pub requires_enrolment: bool,
    pub description: Option<String>,
    pub identity: bool,
    pub originality: bool,
    pub authorship: bool,
    pub integrity: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl From<Instrument> for InstrumentView {
    fn from(instrument: Instrument) -> Self {
        Self {
            id: instrument.id.get(),
            options_schema: object(instrument.options_schema),
            name: instrument.name,
            acronym: instrument.acronym,
            queue: instrument.queue,
            enabled: instrument.enabled,
            requires_enrolment: instrument.requires_enrolment,
            description: instrument.description,
            identity: instrument.identity,
            originality: instrument.originality,
            authorship: instrument.authorship,
            integrity: instrument.integrity,
            created_at: instrument.created_at,
            updated_at: instrument.updated_at,
        }
    }
}

/// A provider with its instrument. Its credentials are shown when they are
/// made, and never again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Provider)]
#[expect(missing_docs, reason = "each is the field of its name in the model")]
pub struct ProviderView<C = String> {
    pub id: u64,
    pub instrument: InstrumentView,
    #[schema(min_length = 1, max_length = 250)]
    pub name: String,
    #[schema(min_length = 1, max_length = 50)]
    pub queue: String,
    pub description: Option<String>,
    #[schema(min_length = 1, max_length = 250)]
    pub url: Option<String>,
    #[schema(min_length = 1, max_length = 15)]
    pub version: String,
    #[schema(min_length = 1, max_length = 30)]
    pub acronym: String,
    pub allow_validation: bool,
    pub inverted_polarity: bool,
    #[schema(min_length = 1, max_length = 250)]
    pub image: String,
    pub has_service: bool,
    #[schema(minimum = -2147483648i64, maximum = 2147483647)]
    pub service_port: Option<i32>,
    #[schema(value_type = Option<Object>)]
    pub options_schema: Option<Value>,
    #[schema(value_type = Option<Object>)]
    pub options: Option<Value>,
    #[schema(inline)]
    pub credentials: Option<C>,
    pub enabled: Option<bool>,
    pub validation_active: Option<bool>,
    pub warning_below: Option<f64>,
    pub alert_below: Option<f64>,
}

impl<C> From<(Provider, Instrument)> for ProviderView<C> {
    fn from((provider, instrument): (Provider, Instrument)) -> Self {
        Self {
            id: provider.id.get(),
            instrument: instrument.into(),
            name: provider.name,
            queue: provider.queue,
            description: provider.description,
            url: provider.url,
            version: provider.version,
            acronym: provider.acronym,
            allow_validation: provider.allow_validation,
            inverted_polarity: provider.thresholds.polarity == Polarity::Inverted,
            image: provider.image,
            has_service: provider.has_service,
            service_port: provider.service_port,
            options_schema: object(provider.options_schema),
            options: object(provider.options),
            credentials: None,
            enabled: Some(provider.enabled),
            validation_active: Some(provider.validation_active),
            warning_below: provider.thresholds.warning_below,
            alert_below: provider.thresholds.alert_below,
        }
    }
}

/// JSON text as the object that it is.
fn object(text: Option<String>) -> Option<Value> {
    text.and_then(|text| serde_json::from_str(&text).ok()).filter(Value::is_object)
}
