//! Sign-in of people: passwords, codes, second factors, and staff who look
//! after them.

mod admin;
mod api_tokens;
mod challenge;
mod exchange;
mod fields;
mod login;
mod magic_link;
mod marketplace;
mod named;
mod new_staff;
mod passwords;
mod refresh;
mod sessions;
mod sign_up;
mod throttle;
mod tokens;
mod totp;

use std::sync::Arc;

use attesta_cognito::UserPool;
use attesta_model::Redirects;
use attesta_store::Store;
use attesta_wire::auth::{KnowsUsers, UserGate};
use attesta_wire::customer::{self, ErrorBody, Failure, UserToken};
use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use jiff::Timestamp;
use utoipa::OpenApi;

/// What the operations work with.
#[derive(Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The pool of customers and staff.
    pub pool: UserPool,
    /// The same, through the app client that API tokens are exchanged through.
    pub api_pool: UserPool,
    /// The pool that people come from.
    pub marketplace: UserPool,
    /// Where links that sign people in may lead.
    pub redirects: Redirects,
    /// Checks users' tokens.
    pub gate: UserGate,
}

impl KnowsUsers for App {
    fn user_gate(&self) -> &UserGate {
        &self.gate
    }

    fn now(&self) -> Timestamp {
        self.store.ids().now()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Customer API", version = "1.0.0"),
    security(("bearer" = [])),
    components(schemas(ErrorBody)),
    modifiers(&UserToken),
)]
struct Document;

attesta_wire::operations!(
    Arc<App>, Document:
    login::login,
    challenge::answer,
    refresh::refresh,
    sessions::log_out,
    passwords::change,
    passwords::forgotten,
    passwords::reset,
    sign_up::confirm,
    sign_up::resend,
    totp::begin,
    totp::verify,
    admin::reset_password,
    admin::set_password,
    admin::reset_totp,
    new_staff::create,
    api_tokens::auth_generate,
    api_tokens::generate,
    api_tokens::list,
    api_tokens::read,
    api_tokens::revoke,
    exchange::auth_authenticate,
    exchange::authenticate,
    magic_link::send,
    magic_link::verify,
    marketplace::swap,
    marketplace::change_password,
);

/// The operations. Their answers are for the caller alone, and for now.
pub fn router(app: Arc<App>) -> Router {
    customer::router(routes(), app).layer(map_response(not_stored))
}

async fn not_stored(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The dialect's failures, for whoever serves this.
pub type Dialect = Failure;
