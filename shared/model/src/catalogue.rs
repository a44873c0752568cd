//! Instruments and the providers that implement them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{InstrumentId, ListingId, Principal, ProviderId};

/// A kind of verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// Its number.
    pub id: InstrumentId,
    /// Its name for people.
    pub name: String,
    /// Its short name; unique.
    pub acronym: String,
    /// The name of its family of queues; unique.
    pub queue: String,
    /// Whether requests may ask for it.
    pub enabled: bool,
    /// Whether a learner must be enrolled before it can verify.
    pub requires_enrolment: bool,
    /// What it is.
    pub description: Option<String>,
    /// Whether it tells who somebody is.
    pub identity: bool,
    /// Whether it tells if a work is original.
    pub originality: bool,
    /// Whether it tells who wrote a work.
    pub authorship: bool,
    /// Whether it tells if a system was tampered with.
    pub integrity: bool,
    /// A JSON Schema of what may be set for it, as JSON text.
    pub options_schema: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Goes up by one with each change.
    #[serde(default)]
    pub revision: u32,
}

/// A service that implements an instrument.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    /// Its number.
    pub id: ProviderId,
    /// The instrument that it implements.
    pub instrument_id: InstrumentId,
    /// Its name for people.
    pub name: String,
    /// Its short name; unique.
    pub acronym: String,
    /// The name of the queue that it listens on; unique.
    pub queue: String,
    /// Where that queue is.
    pub queue_url: String,
    /// Who may use that queue, as AWS names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<Principal>,
    /// What it is.
    pub description: Option<String>,
    /// Where its makers tell more.
    pub url: Option<String>,
    /// Its version.
    pub version: String,
    /// The container image that it ships as.
    pub image: String,
    /// Whether it can validate samples.
    pub allow_validation: bool,
    /// Whether it is asked to.
    pub validation_active: bool,
    /// Whether it is given work.
    pub enabled: bool,
    /// Whether it has a service of its own beside the worker.
    pub has_service: bool,
    /// The port of that service.
    pub service_port: Option<i32>,
    /// A JSON Schema of what may be set for it, as JSON text.
    pub options_schema: Option<String>,
    /// What is set for it, as JSON text.
    pub options: Option<String>,
    /// From where on its results alarm.
    #[serde(flatten)]
    pub thresholds: Thresholds,
    /// The marketplace's listing that points at it: then it works for the
    /// organisations alone that enabled that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing_id: Option<ListingId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// From when on it is gone, and kept for the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// Goes up by one with each change.
    #[serde(default)]
    pub revision: u32,
}

/// From where on a provider's results warn or alarm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// A result worse than this is an alert.
    pub alert_below: Option<f64>,
    /// A result worse than this is a warning.
    pub warning_below: Option<f64>,
    /// Which way results are worse.
    #[serde(default)]
    pub polarity: Polarity,
}

/// Which results are the good ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// High results are good.
    #[default]
    Normal,
    /// Low results are good.
    Inverted,
}
