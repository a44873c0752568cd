//! How documents name what partners show.

use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey as Scheme, ApiKeyValue, SecurityScheme};

/// A partner's key: the scheme `apiKey`.
#[derive(Debug)]
pub struct ApiKey;

impl Modify for ApiKey {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = SecurityScheme::ApiKey(Scheme::Header(ApiKeyValue::new("X-API-Key")));
        document.components.get_or_insert_default().add_security_scheme("apiKey", scheme);
    }
}
