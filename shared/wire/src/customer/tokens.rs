//! The tokens of a user who is in, as callers see them.

use secrecy::{ExposeSecret, SecretString};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// The tokens of a user who is in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// Who the user is.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = Option<String>, required)]
    pub id: Option<SecretString>,
    /// What operations are called with.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = Option<String>, required)]
    pub access: Option<SecretString>,
    /// What gets the other two anew. Null where the one before goes on counting,
    /// and where there is none.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = Option<String>, required)]
    pub refresh: Option<SecretString>,
    /// In seconds.
    #[schema(required)]
    pub expires_in: Option<i32>,
}

/// The one way for a secret out of here.
///
/// # Errors
/// Those of the serialiser.
pub fn shown<S: Serializer>(secret: &Option<SecretString>, to: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(ExposeSecret::expose_secret).serialize(to)
}
