//! `POST /customers/auth/login`: a person signs in.

use std::sync::Arc;

use attesta_wire::customer::{Body, Failure, Failures};
use attesta_wire::{Fields, FromFields, Source};
use axum::Json;
use axum::extract::State;
use secrecy::SecretString;
use utoipa::ToSchema;

use crate::App;
use crate::fields::{Name, Password};
use crate::throttle::LOGIN;
use crate::tokens::LoginResult;

/// Who signs in, and with what.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Login {
    /// Phone, email address or username
    username: String,
    #[schema(value_type = String)]
    password: SecretString,
    /// Standard cognito password
    #[schema(value_type = Option<String>, format = Password, nullable = false)]
    new_password: Option<SecretString>,
}

impl FromFields for Login {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let username = fields.required::<Name>("username");
        let password = fields.required::<Password>("password");
        let new_password = fields.nullable::<Password>("newPassword").flatten();
        Some(Self {
            username: username?.0,
            password: password?.0,
            new_password: new_password.map(|own| own.0),
        })
    }
}

/// Login
///
/// A wrong password, an unknown user and a disabled one get the same answer.
#[utoipa::path(post, path = "/customers/auth/login", operation_id = "login", tag = "auth",
    security(()), request_body = Login,
    responses((status = 200, description = "OK", body = LoginResult), Failures))]
pub(crate) async fn login(
    State(app): State<Arc<App>>,
    source: Source,
    Body(login): Body<Login>,
) -> Result<Json<LoginResult>, Failure> {
    app.throttle(&LOGIN, &login.username, &source).await?;
    let new_password = login.new_password.as_ref();
    let step = app.pool.sign_in(&login.username, &login.password, new_password).await?;
    Ok(Json(step.try_into()?))
}
