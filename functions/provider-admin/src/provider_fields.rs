//! What may be said of a provider.

use attesta_model::{
    Error, Instrument, Polarity, Principal, Provider, ProviderId, Reason, Result, Thresholds,
};
use attesta_store::Names;
use attesta_wire::{Field, Fields, FromFields, Number, Text};
use jiff::Timestamp;
use serde_json::Value;
use utoipa::ToSchema;

use crate::json::Small;
use crate::options::{self, OptionsSchema};
use crate::whole::Parts;

/// What may be said of a provider.
#[derive(Debug, ToSchema)]
#[schema(as = ProviderFields)]
pub(crate) struct ProviderFields {
    #[schema(value_type = String, required = false, min_length = 1, max_length = 250)]
    name: Option<Text<250>>,
    #[schema(value_type = String, required = false, min_length = 1, max_length = 30)]
    acronym: Option<Text<30>>,
    /// What the provider's worker calls its queue; AWS has a name of its own.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 50)]
    queue: Option<QueueLabel>,
    /// The ARN of the role or user that may use the queue; shown to nobody.
    #[schema(value_type = Option<String>, max_length = 300)]
    pub(crate) principal: Option<Option<Principal>>,
    #[schema(value_type = Option<String>, max_length = 2000)]
    description: Option<Option<Text<2000>>>,
    #[schema(value_type = Option<String>, min_length = 1, max_length = 250)]
    url: Option<Option<Text<250>>>,
    #[schema(value_type = String, required = false, min_length = 1, max_length = 15)]
    version: Option<Text<15>>,
    #[schema(value_type = String, required = false, min_length = 1, max_length = 250)]
    image: Option<Text<250>>,
    #[schema(value_type = bool, required = false)]
    allow_validation: Option<bool>,
    #[schema(value_type = bool, required = false)]
    inverted_polarity: Option<bool>,
    #[schema(value_type = bool, required = false)]
    has_service: Option<bool>,
    #[schema(value_type = Option<i32>)]
    service_port: Option<Option<Port>>,
    #[schema(value_type = Option<Object>)]
    options_schema: Option<Option<OptionsSchema>>,
    #[schema(value_type = Option<Object>)]
    options: Option<Option<Small>>,
    #[schema(value_type = Option<bool>)]
    enabled: Option<bool>,
    #[schema(value_type = Option<bool>)]
    validation_active: Option<bool>,
    #[schema(value_type = Option<f64>)]
    warning_below: Option<Option<Number>>,
    #[schema(value_type = Option<f64>)]
    alert_below: Option<Option<Number>>,
}

/// What a worker calls its queue. Celery splits it at commas and writes other
/// signs in its own way, and would look for a queue that nobody has.
#[derive(Debug)]
struct QueueLabel(String);

impl Field for QueueLabel {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let Text::<50>(text) = Text::from_value(value)?;
        let is_plain =
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let refusal = || "Only letters, digits, hyphens and underscores.".to_owned();
        if is_plain { Ok(Self(text)) } else { Err(Reason::Rule(refusal())) }
    }
}

/// An integer of 32 bits, as the contract has a port.
#[derive(Debug, Clone, Copy)]
struct Port(i32);

impl Field for Port {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let number = i64::from_value(value)?;
        let (side, bound) = if number < 0 { ("greater", i32::MIN) } else { ("less", i32::MAX) };
        let refusal = || format!("Ensure this value is {side} than or equal to {bound}.");
        i32::try_from(number).map(Self).map_err(|_| Reason::Rule(refusal()))
    }
}

impl FromFields for ProviderFields {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            name: fields.optional("name"),
            acronym: fields.optional("acronym"),
            queue: fields.optional("queue"),
            principal: fields.nullable("principal"),
            description: fields.nullable("description"),
            url: fields.nullable("url"),
            version: fields.optional("version"),
            image: fields.optional("image"),
            allow_validation: fields.optional("allow_validation"),
            inverted_polarity: fields.optional("inverted_polarity"),
            has_service: fields.optional("has_service"),
            service_port: fields.nullable("service_port"),
            options_schema: fields.nullable("options_schema"),
            options: fields.nullable("options"),
            enabled: fields.nullable("enabled").map(Option::unwrap_or_default),
            validation_active: fields.nullable("validation_active").map(Option::unwrap_or_default),
            warning_below: fields.nullable("warning_below"),
            alert_below: fields.nullable("alert_below"),
        })
    }
}

impl Parts for ProviderFields {
    const REQUIRED: &'static [&'static str] = &["name", "acronym", "queue", "version", "image"];
    const WHOLE: &'static str = "WholeProvider";
}

impl ProviderFields {
    pub(crate) fn names(&self) -> Names<'_> {
        Names {
            acronym: self.acronym.as_ref().map(|text| text.0.as_str()),
            queue: self.queue.as_ref().map(|label| label.0.as_str()),
        }
    }

    /// The provider with what is said; the rest stays. Options are held to the
    /// schemas whenever they or the provider's own schema are given.
    pub(crate) fn applied(self, old: Provider, instrument: &Instrument) -> Result<Provider> {
        let is_checked = self.options.is_some() || self.options_schema.is_some();
        let provider = self.merged(old);
        if is_checked && let Some(options) = &provider.options {
            let options = serde_json::from_str(options).map_err(Error::internal)?;
            let schemas = [&instrument.options_schema, &provider.options_schema];
            let problems = options::problems(&options, schemas.map(|schema| schema.as_deref()));
            if !problems.is_empty() {
                return Err(Error::Invalid(problems));
            }
        }
        Ok(provider)
    }

    fn merged(self, old: Provider) -> Provider {
        let text = |given: Option<Option<String>>, old| given.unwrap_or(old);
        let description = self.description.map(|given| given.map(|text| text.0));
        let url = self.url.map(|given| given.map(|text| text.0));
        let schema = self.options_schema.map(|given| given.map(|schema| schema.0.to_string()));
        let options = self.options.map(|given| given.map(|options| options.0.to_string()));
        let number = |given: Option<Option<Number>>, old| {
            given.map_or(old, |given| given.map(|number| number.0))
        };
        let polarity = |is_inverted| {
            if is_inverted { Polarity::Inverted } else { Polarity::Normal }
        };
        Provider {
            name: self.name.map_or(old.name, |text| text.0),
            acronym: self.acronym.map_or(old.acronym, |text| text.0),
            queue: self.queue.map_or(old.queue, |label| label.0),
            principal: self.principal.unwrap_or(old.principal),
            description: text(description, old.description),
            url: text(url, old.url),
            version: self.version.map_or(old.version, |text| text.0),
            image: self.image.map_or(old.image, |text| text.0),
            allow_validation: self.allow_validation.unwrap_or(old.allow_validation),
            validation_active: self.validation_active.unwrap_or(old.validation_active),
            enabled: self.enabled.unwrap_or(old.enabled),
            has_service: self.has_service.unwrap_or(old.has_service),
            service_port: self
                .service_port
                .map_or(old.service_port, |given| given.map(|port| port.0)),
            options_schema: text(schema, old.options_schema),
            options: text(options, old.options),
            thresholds: Thresholds {
                alert_below: number(self.alert_below, old.thresholds.alert_below),
                warning_below: number(self.warning_below, old.thresholds.warning_below),
                polarity: self.inverted_polarity.map_or(old.thresholds.polarity, polarity),
            },
            ..old
        }
    }
}

/// A provider of which nothing was said yet; switched off.
pub(crate) fn blank(id: ProviderId, instrument: &Instrument, now: Timestamp) -> Provider {
    Provider {
        id,
        instrument_id: instrument.id,
        name: String::new(),
        acronym: String::new(),
        queue: String::new(),
        queue_url: String::new(),
        principal: None,
        description: None,
        url: None,
        version: String::new(),
        image: String::new(),
        allow_validation: false,
        validation_active: false,
        enabled: false,
        has_service: false,
        service_port: None,
        options_schema: None,
        options: None,
        thresholds: Thresholds::default(),
        listing_id: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        revision: 0,
    }
}
