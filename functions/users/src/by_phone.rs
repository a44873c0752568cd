//! `POST /customers/users/by-phone`: whoever has a telephone number.

use std::sync::Arc;

use attesta_model::Phone;
use attesta_wire::customer::{AsCaller, Body, Failure, Failures, User};
use attesta_wire::{Fields, FromFields};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use crate::App;

/// A telephone number.
#[derive(Debug, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Reached` reads")]
pub(crate) struct LookupByPhone {
    /// Phone number
    #[schema(format = "phone-number")]
    phone: Option<String>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Reached(Phone);

impl FromFields for Reached {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.required("phone").map(Self)
    }
}

/// Lookup User By Phone
///
/// For programs that may make something, and staff. Whose number it is; where it
/// is nobody's yet, a user is made who has the number alone. What their
/// organisation and their units are called isn't told here.
#[utoipa::path(post, path = "/customers/users/by-phone", operation_id = "lookupUserByPhone",
    tag = "users", request_body = LookupByPhone,
    responses((status = 200, description = "OK", body = User), Failures))]
pub(crate) async fn look_up(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    Body(Reached(phone)): Body<Reached>,
) -> Result<Json<User>, Failure> {
    let found = app.store.user_by_phone(&caller, &phone).await?;
    Ok(Json((&found).into()))
}
