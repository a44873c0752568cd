//! How documents name what callers sign in with.

use utoipa::Modify;
use utoipa::openapi::OpenApi;

use crate::security::add_bearer;

/// A provider's own token: the scheme `jwt`.
#[derive(Debug)]
pub struct ProviderToken;

/// A token of the user pool: the scheme `user`.
#[derive(Debug)]
pub struct UserToken;

impl Modify for ProviderToken {
    fn modify(&self, document: &mut OpenApi) {
        add_bearer(document, "jwt");
    }
}

impl Modify for UserToken {
    fn modify(&self, document: &mut OpenApi) {
        add_bearer(document, "user");
    }
}
