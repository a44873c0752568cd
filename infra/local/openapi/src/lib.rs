//! The OpenAPI documents, as the code declares them, and what is made of them.

mod about;
pub mod bruno;
mod documents;
pub mod examples;
mod merge;

use utoipa::openapi::OpenApi;

pub use documents::{Served, documents};
pub use merge::{METHODS, merged};

/// What one function declares.
pub type Declared = fn() -> OpenApi;

/// The surfaces that are built, and the functions that serve them.
pub const SURFACES: [(&str, &[Declared]); 5] = [
    (
        "customer",
        &[
            attesta_auth::openapi,
            attesta_users::openapi,
            attesta_organisations::openapi,
            attesta_business_units::openapi,
            attesta_business_connections::openapi,
            attesta_system::openapi,
        ],
    ),
    ("provider-instances", &[attesta_provider_instances::openapi]),
    (
        "provider",
        &[
            attesta_tokens::openapi,
            attesta_providers::openapi,
            attesta_provider_admin::openapi,
            attesta_intake::openapi,
        ],
    ),
    ("sub-tpp", &[attesta_sub_tpps::openapi]),
    ("marketplace", &[attesta_marketplace::openapi]),
];
