//! `POST /customers/auth/logout`, and what else ends a person's sessions.

use std::sync::Arc;

use attesta_model::{Notice, Result, User};
use attesta_wire::customer::{Acknowledgement, Failure, Failures, WithAccessToken};
use axum::Json;
use axum::extract::State;

use crate::App;

impl App {
    /// Ends every session of a user: in the user pool first, which would give
    /// new tokens for one that ended here alone.
    pub(crate) async fn end_sessions(&self, user: &User) -> Result<()> {
        self.pool.sign_out_everywhere(&user.id.to_string()).await?;
        self.store.end_sessions(user.id).await
    }

    /// The same, since the password is another, of which they are told.
    pub(crate) async fn password_changed(&self, user: &User) -> Result<()> {
        let Some(email) = user.email.clone() else { return self.end_sessions(user).await };
        let (name, at) = (user.name.clone(), self.store.ids().now());
        let notice = Notice::PasswordChanged { email, name, at };
        self.pool.sign_out_everywhere(&user.id.to_string()).await?;
        self.store.end_sessions_and_tell(user.id, notice).await
    }

    /// The same, since the user has a second factor now, or none any more.
    pub(crate) async fn second_factor_changed(&self, user: &User, has_one: bool) -> Result<()> {
        self.pool.sign_out_everywhere(&user.id.to_string()).await?;
        self.store.set_second_factor(user.id, has_one).await
    }
}

/// Log out
///
/// Everywhere: no token that the user has counts any more.
#[utoipa::path(post, path = "/customers/auth/logout", operation_id = "logOut", tag = "auth",
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn log_out(
    State(app): State<Arc<App>>,
    caller: WithAccessToken,
) -> Result<Json<Acknowledgement>, Failure> {
    let user = app.store.own_user(&caller.caller).await?;
    app.end_sessions(&user).await?;
    Ok(Json(Acknowledgement::new("You are signed out everywhere.")))
}
