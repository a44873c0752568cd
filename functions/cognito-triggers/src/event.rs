//! Events as the user pool sends them, and wants them back.

use attesta_model::{Error, Result, UserId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// An event. It goes back as it came, whatever else is in it, with a response.
///
/// What is in it is about a person; printed, it says no more than its name.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    trigger_source: String,
    #[serde(default)]
    user_name: String,
    request: Value,
    #[serde(default)]
    response: Value,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Event({})", self.trigger_source)
    }
}

impl Event {
    /// What the pool asks.
    #[must_use]
    pub fn trigger(&self) -> &str {
        &self.trigger_source
    }

    /// What somebody typed as their name, where the pool knows none of it.
    pub(crate) fn user_name(&self) -> &str {
        &self.user_name
    }

    /// The user's name in the pool, which is their identifier; none for
    /// somebody who can't be one of our users.
    #[must_use]
    pub(crate) fn user(&self) -> Option<UserId> {
        self.user_name.parse().ok()
    }

    /// What it is about.
    ///
    /// # Errors
    /// When it is not of the form that such events have.
    pub(crate) fn request<T: DeserializeOwned>(&self) -> Result<T> {
        // What serde says of a value may repeat it.
        T::deserialize(&self.request)
            .map_err(|_| Error::internal(format_args!("{}: an odd request", self.trigger_source)))
    }

    /// The same with a response.
    pub(crate) fn answered(self, response: Value) -> Self {
        Self { response, ..self }
    }
}

/// What the pool knows of a user.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Attributes {
    /// What tokens call them.
    pub(crate) sub: Option<Uuid>,
}

/// What our own server sends along, and nobody else can: every flow is its own.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Metadata {
    /// The API token that is exchanged.
    pub(crate) api_token_id: Option<Uuid>,
}

/// Reads null, which the pool writes for a map with nothing in it, as such.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
