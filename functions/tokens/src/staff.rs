//! Staff who call in the customer dialect.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::Error;
use attesta_wire::auth::token;
use attesta_wire::customer::Failure;
use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::App;

/// A user, by their access token. Says who, not what they may do.
#[derive(Debug)]
pub(crate) struct AsUser(pub(crate) UserCaller);

impl FromRequestParts<Arc<App>> for AsUser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let token = token(&parts.headers, &["Bearer"])?;
        let caller = app.users.user(token, &app.client_id, app.store.ids().now()).await?;
        Ok(Self(caller))
    }
}

/// The client that a path names; one that can't be read is none.
#[derive(Debug)]
pub(crate) struct ClientId(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for ClientId {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let read = Path::from_request_parts(parts, state).await;
        read.map(|Path(id)| Self(id)).map_err(|_| Error::not_found().into())
    }
}
