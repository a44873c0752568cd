//! `POST /customers/business-connections/check`: what a connection would come
//! to.

use std::sync::Arc;

use attesta_store::ConnectionCheck;
use attesta_wire::Source;
use attesta_wire::customer::{AsUser, Body, Failure, Failures, Organisation};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::throttle::CHECK;
use crate::wanted::{NewConnection, Wanted};

/// What a connection would come to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BusinessConnectionCheck {
    /// `own`: it would be with the caller's organisation or its people;
    /// `connected`: it is there already; `taken`: a contact is another
    /// organisation's, or the name is another company's; `match`: these
    /// organisations may be meant; `none`: one would be made.
    #[schema(required)]
    status: Option<&'static str>,
    /// Whether it could not be made so.
    #[schema(required)]
    block_new_connection: Option<bool>,
    /// The organisations that may be meant; of each no more than what it is
    /// called.
    #[schema(required)]
    organisations: Option<Vec<Organisation>>,
}

impl From<&ConnectionCheck> for BusinessConnectionCheck {
    fn from(check: &ConnectionCheck) -> Self {
        let named = |one: &attesta_model::Organisation| Organisation {
            id: one.id.to_string(),
            name: Some(one.name.clone()),
            ..Organisation::default()
        };
        Self {
            status: Some(check.status.name()),
            block_new_connection: Some(check.is_blocked),
            organisations: Some(check.organisations.iter().map(named).collect()),
        }
    }
}

/// Check Business Connection
///
/// Organisations are found by `id`, number and name, by the contacts' addresses
/// and numbers, and by the domains of their addresses unless those are open to
/// all. Nothing is made.
#[utoipa::path(post, path = "/customers/business-connections/check",
    operation_id = "checkBusinessConnection", tag = "business-connections",
    request_body = NewConnection,
    responses((status = 200, description = "OK", body = BusinessConnectionCheck), Failures))]
pub(crate) async fn check(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    source: Source,
    Body(Wanted(new)): Body<Wanted>,
) -> Result<Json<BusinessConnectionCheck>, Failure> {
    let home = app.home(&caller).await?;
    CHECK.count(&app.store, &caller.user_id.to_string(), &source).await?;
    let check = app.store.check_connection(&home, &new).await?;
    Ok(Json((&check).into()))
}
