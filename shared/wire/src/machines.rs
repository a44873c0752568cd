//! Machines that call: by a token of ours, or by their key.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use attesta_identity::{MachineCaller, MachineKey};
use attesta_model::{Error, MachineKind, Reason, Result, Scope};
use axum::extract::FromRequestParts;
use axum::response::IntoResponse;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use serde_json::Value;

use crate::Field;
use crate::auth::{Gate, NOT_PROVIDED, token};

/// A form in which a machine may say who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `Authorization: Bearer <token of ours>`.
    Bearer,
    /// `Authorization: Basic <id:secret>`, form-encoded and in base 64.
    Basic,
    /// `X-API-Key: <id>.<secret>`.
    ApiKey,
}

/// State that can tell machines by what they show.
pub trait KnowsMachines: Send + Sync + 'static {
    /// The forms that the surface takes.
    const FORMS: &'static [Form];
    /// The gate for our own tokens.
    fn machine_gate(&self) -> &Gate;
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Has an `App` tell users and machines by what it has: a `store`, a `gate` for our
/// own tokens, and one for those of `users`.
#[macro_export]
macro_rules! tells_callers {
    ($app:ty) => {
        impl $crate::auth::KnowsUsers for $app {
            fn user_gate(&self) -> &$crate::auth::UserGate {
                &self.users
            }

            fn now(&self) -> jiff::Timestamp {
                self.store.ids().now()
            }
        }

        impl $crate::machines::KnowsMachines for $app {
            const FORMS: &'static [$crate::machines::Form] = &[$crate::machines::Form::Bearer];

            fn machine_gate(&self) -> &$crate::auth::Gate {
                &self.gate
            }

            fn now(&self) -> jiff::Timestamp {
                self.store.ids().now()
            }
        }
    };
}

/// A machine that calls. Says who, not what it may do: a key is not even
/// compared yet. Both is for [`attesta_store::Store::machine`]. Rejections are
/// of the dialect `F`.
#[derive(Debug, Clone)]
pub struct AsMachine<F> {
    /// The machine.
    pub caller: MachineCaller,
    dialect: PhantomData<F>,
}

impl<F, S> FromRequestParts<Arc<S>> for AsMachine<F>
where
    F: From<Error> + IntoResponse,
    S: KnowsMachines,
{
    type Rejection = F;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<S>) -> Result<Self, F> {
        let caller = match shown(&parts.headers, S::FORMS)? {
            Shown::Key(key) => MachineCaller::Key(key),
            Shown::Token(token) => state.machine_gate().machine(token, state.now()).await?.caller(),
        };
        Ok(Self { caller, dialect: PhantomData })
    }
}

/// What a machine shows.
#[derive(Debug)]
enum Shown<'a> {
    Token(&'a str),
    Key(MachineKey),
}

/// What the headers show in the one of these forms that they have.
fn shown<'a>(headers: &'a HeaderMap, forms: &[Form]) -> Result<Shown<'a>> {
    const INVALID: Error = Error::Unauthenticated("Invalid credentials");
    const TWICE: Error = Error::Unauthenticated("Credentials were provided twice.");
    let takes = |form| forms.contains(&form);
    let key = headers.get(API_KEY).filter(|_| takes(Form::ApiKey));
    let has_other =
        headers.contains_key(AUTHORIZATION) && (takes(Form::Bearer) || takes(Form::Basic));
    let more_than_one = |name| headers.get_all(name).iter().count() > 1;
    if key.is_some() && (has_other || more_than_one(API_KEY))
        || has_other && more_than_one(AUTHORIZATION.as_str())
    {
        return Err(TWICE);
    }
    if let Some(key) = key {
        return api_key(key).map(Shown::Key).ok_or(INVALID);
    }
    if !has_other {
        return Err(NOT_PROVIDED);
    }
    if takes(Form::Basic)
        && let Ok(encoded) = token(headers, &["Basic"])
    {
        return MachineKey::from_basic(encoded).map(Shown::Key).ok_or(INVALID);
    }
    let schemes: &[&str] = if takes(Form::Bearer) { &["Bearer"] } else { &[] };
    token(headers, schemes).map(Shown::Token)
}

/// The header that a machine's key stands in.
pub(crate) const API_KEY: &str = "x-api-key";

/// The key of such a header; `None` where it can be none.
pub(crate) fn api_key(value: &HeaderValue) -> Option<MachineKey> {
    value.to_str().ok().and_then(MachineKey::from_api_key)
}

impl Field for MachineKind {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        let text = String::from_value(value)?;
        text.parse().map_err(|_| Reason::NotAChoice(text))
    }
}

impl Field for Scope {
    fn from_value(value: Value) -> std::result::Result<Self, Reason> {
        let text = String::from_value(value)?;
        text.parse().map_err(|_| Reason::NotAChoice(text))
    }
}
