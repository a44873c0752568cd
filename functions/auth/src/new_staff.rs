//! `POST /customers/admin`: staff make somebody staff.
//!
//! That takes steps in two places. The table remembers that it was begun, each
//! step can be taken again, and the same call finishes what stands half-done.

use std::sync::Arc;

use attesta_cognito::{Address, NewUser, PoolUser, Welcome, policy};
use attesta_model::{Email, Error, Reason, Result, Staff, User};
use attesta_store::NewStaff;
use attesta_store::access::CanChange;
use attesta_wire::customer::{Acknowledgement, AsUser, Body, Failure, Failures};
use attesta_wire::{Field, Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use secrecy::SecretString;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, SchemaType, Type};

use crate::App;
use crate::fields::Password;

/// The group of all staff, and of those of them who may look alone.
const STAFF: &str = "admin";
const READERS: &str = "admin-readonly";

/// Somebody who is to be staff, as callers say it.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "what is declared of a body, which is read as something else")]
struct AdminUser {
    email: String,
    /// Standard cognito password
    #[schema(value_type = String, format = Password)]
    password: SecretString,
    given_name: String,
    family_name: String,
    /// Whether they may look alone.
    #[schema(schema_with = readonly, required)]
    readonly: bool,
}

fn readonly() -> Schema {
    let of = |kind| ObjectBuilder::new().schema_type(SchemaType::new(kind));
    let text = of(Type::String).enum_values(Some(["true", "false"]));
    let either = AnyOfBuilder::new().item(of(Type::Boolean)).item(text);
    either.default(Some(Value::Bool(false))).into()
}

/// The same as it is read.
#[derive(Debug)]
pub(crate) struct Hired {
    new: NewStaff,
    password: SecretString,
}

/// True or false, which may be written as a text.
struct Readonly(bool);

impl Field for Readonly {
    fn from_value(value: Value) -> Result<Self, Reason> {
        match value.as_str() {
            Some("true") => Ok(Self(true)),
            Some("false") => Ok(Self(false)),
            _ => bool::from_value(value).map(Self),
        }
    }
}

impl FromFields for Hired {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required::<Email>("email");
        let password = fields.required::<Password>("password");
        let given_name = fields.required::<Text<128>>("givenName");
        let family_name = fields.required::<Text<128>>("familyName");
        let readonly = fields.nullable("readonly").flatten().unwrap_or(Readonly(false));
        let password = password?.0;
        if let Some(weak) = policy::problem("password", &password) {
            fields.problem("password", weak.reason);
        }
        let new = NewStaff {
            email: email?.as_str().to_owned(),
            given_name: given_name?.0,
            family_name: family_name?.0,
            staff: if readonly.0 { Staff::ReadOnly } else { Staff::Admin },
        };
        Some(Self { new, password })
    }
}

/// Create an admin user in Cognito
///
/// They sign in with this password, and set up an authenticator before they may
/// do anything. Where it went wrong half-way, the same call again finishes it.
#[utoipa::path(post, path = "/customers/admin", operation_id = "createAdminUser", tag = "users",
    request_body = AdminUser,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Body(hired): Body<Hired>,
) -> Result<Json<Acknowledgement>, Failure> {
    let staff = app.store.staff::<CanChange>(&caller).await?;
    let begun = app.store.begin_staff(&staff, &hired.new).await?;
    let made = app.enter(&begun).await?;
    app.pool.admin_set_password(&made.username, &hired.password).await?;
    app.join(&made.username, hired.new.staff).await?;
    let subject = made.sub.parse().map_err(Error::internal)?;
    app.store.finish_staff(&begun, subject).await?;
    Ok(Json(Acknowledgement::new("The user can sign in.")))
}

impl App {
    /// Enters somebody begun in the user pool; begun no more, if it won't have
    /// them.
    async fn enter(&self, begun: &User) -> Result<PoolUser> {
        let user = NewUser {
            id: begun.id,
            email: begun.email.clone().map(|value| Address { value, verified: true }),
            phone: None,
            given_name: begun.given_name.clone(),
            family_name: begun.family_name.clone(),
            welcome: Welcome::Silent,
        };
        let made = self.pool.create_user(user).await;
        if let Err(Error::Conflict { .. } | Error::Refused(_)) = made {
            self.store.abandon_staff(begun).await?;
        }
        made
    }

    /// Puts somebody into the groups that they belong to, and no others.
    async fn join(&self, username: &str, staff: Staff) -> Result<()> {
        self.pool.join_group(username, STAFF).await?;
        match staff {
            Staff::ReadOnly => self.pool.join_group(username, READERS).await,
            Staff::Admin => self.pool.leave_group(username, READERS).await,
        }
    }
}
