//! Principals, token and secret checks: pure, no I/O.

mod keys;
mod machine;
mod principal;
mod secret;
mod signing;
mod token;
mod user;
mod webhook;

pub use keys::{KeyRing, PublicKeys};
pub use machine::{MACHINE_LIFETIME, MachineCaller, MachineClaims, MachineKey};
pub use principal::{ProviderCaller, UserCaller};
pub use secret::{Secret, SecretHash};
pub use signing::SigningKey;
pub use token::{
    ACCESS_LIFETIME, ProviderClaims, REFRESH_LIFETIME, TokenError, TokenUse, Verifier,
};
pub use user::{
    API_TOKEN_CLAIM, AppClients, ROLES_CLAIM, SESSION_CLAIM, UserToken, UserTokenUse, user_named_by,
};
pub use webhook::WebhookSecret;
