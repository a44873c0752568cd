//! How documents name what callers sign in with.

use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

/// Adds a scheme of this name: a JWT that is borne in a header.
pub(crate) fn add_bearer(document: &mut OpenApi, name: &str) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(name, SecurityScheme::Http(bearer));
}
