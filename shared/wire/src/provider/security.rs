//! How documents name what callers sign in with.

use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

/// A provider's own token: the scheme `jwt`.
#[derive(Debug)]
pub struct ProviderToken;

/// A token of the user pool: the scheme `user`.
#[derive(Debug)]
pub struct UserToken;

impl Modify for ProviderToken {
    fn modify(&self, document: &mut OpenApi) {
        add(document, "jwt");
    }
}

impl Modify for UserToken {
    fn modify(&self, document: &mut OpenApi) {
        add(document, "user");
    }
}

/// Adds a scheme of this name: a JWT that is borne in a header.
fn add(document: &mut OpenApi, name: &str) {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(name, SecurityScheme::Http(bearer));
}
