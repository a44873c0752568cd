//! `/customers/users/by-ids`, `/summary` and `/{id}/basic`: users in short.

use std::sync::Arc;

use attesta_identity::Caller;
use attesta_model::{Error, Reason, Result, UserId};
use attesta_wire::customer::{AsCaller, Failure, Failures, Missing, Path, UserList, UserSummary};
use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use http::request::Parts;
use utoipa::IntoParams;

use crate::App;

/// So many are asked for at most.
const MOST: usize = 100;

/// Which users are asked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Their identifiers, with commas between, up to a hundred.
    #[param(value_type = String)]
    ids: Vec<UserId>,
}

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let pairs = pairs.map(|pairs| pairs.0).unwrap_or_default();
        let Some((_, ids)) = pairs.into_iter().find(|(name, _)| name == "ids") else {
            return Err(Error::field("ids", Reason::Required).into());
        };
        let ids: Vec<_> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
        if !(1..=MOST).contains(&ids.len()) {
            let rule = Reason::Rule(format!("must be 1 to {MOST} identifiers"));
            return Err(Error::field("ids", rule).into());
        }
        // What can be no identifier is nobody's.
        Ok(Self { ids: ids.into_iter().filter_map(|id| id.parse().ok()).collect() })
    }
}

/// Get Users By Ids
///
/// Those whom the caller may see: everybody for programs and staff; for a member
/// those of their organisation, whoever has a part in it, and its contacts in
/// others, of whom they see who they are and how they are reached.
#[utoipa::path(get, path = "/customers/users/by-ids", operation_id = "getUsersByIds",
    tag = "users", params(Wanted),
    responses((status = 200, description = "OK", body = UserList), Failures))]
pub(crate) async fn by_ids(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    wanted: Wanted,
) -> Result<Json<UserList>, Failure> {
    Ok(Json(app.in_short(&caller, &wanted).await?))
}

/// Get Users Summary
///
/// The same as `getUsersByIds`.
#[utoipa::path(get, path = "/customers/users/summary", operation_id = "getUsersSummary",
    tag = "users", params(Wanted),
    responses((status = 200, description = "OK", body = UserList), Failures))]
pub(crate) async fn summary(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    wanted: Wanted,
) -> Result<Json<UserList>, Failure> {
    Ok(Json(app.in_short(&caller, &wanted).await?))
}

/// Get User Basic
#[utoipa::path(get, path = "/customers/users/{id}/basic", operation_id = "getUserBasic",
    tag = "users", params(("id" = String, Path)),
    responses((status = 200, description = "OK", body = UserSummary), Failures, Missing))]
pub(crate) async fn basic(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    Path(id): Path<String>,
) -> Result<Json<UserSummary>, Failure> {
    let found = app.store.short_user(&caller, &id).await?;
    Ok(Json((&found).into()))
}

impl App {
    async fn in_short(&self, caller: &Caller, wanted: &Wanted) -> Result<UserList> {
        let found = self.store.short_users(caller, &wanted.ids).await?;
        Ok(found.as_slice().into())
    }
}
