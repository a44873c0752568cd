//! Whether a user who calls may still act, and within what.

use std::collections::HashMap;

use attesta_identity::UserCaller;
use attesta_model::{Error, Profile, Result, Staff, User};
use jiff::Timestamp;

use crate::api_token::ApiToken;
use crate::audit::{Actor, note_caller};
use crate::keys::{self, Key};
use crate::table::{Item, from_item};

/// A user who may act.
#[derive(Debug, Clone)]
pub(crate) struct Acting {
    pub(crate) user: User,
    pub(crate) within: Within,
}

/// What bounds a user's roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Within {
    /// Nothing: they signed in themselves.
    All,
    /// An API token, which has these.
    Roles(Vec<String>),
}

impl Within {
    /// A profile with those of its roles that are within bounds.
    pub(crate) fn narrowed(&self, mut profile: Profile) -> Profile {
        if let Self::Roles(roles) = self {
            profile.roles.retain(|role| roles.contains(role));
        }
        profile
    }
}

/// What a user who calls is judged by: one key, or two where they call by an
/// API token.
pub(crate) fn caller_keys(caller: &UserCaller) -> impl Iterator<Item = Key> {
    let token = caller.api_token.map(keys::api_token);
    std::iter::once(keys::user(caller.user_id)).chain(token)
}

/// Judges a caller by the items under [`caller_keys`].
///
/// # Errors
/// [`Error::Unauthenticated`] where the token that they showed counts no more,
/// [`Error::Forbidden`] where they themselves don't.
pub(crate) fn acting(
    caller: &UserCaller,
    found: &mut HashMap<Key, Item>,
    now: Timestamp,
) -> Result<Acting> {
    let user = live_user(caller, found.remove(&keys::user(caller.user_id)))?;
    let within = match caller.api_token {
        None => Within::All,
        Some(id) => {
            let token = found.remove(&keys::api_token(id)).ok_or(REVOKED)?;
            let token: ApiToken = from_item(token)?;
            let is_good = token.user_id == user.id && token.is_live(now);
            Within::Roles(is_good.then_some(token.roles).ok_or(REVOKED)?)
        }
    };
    Ok(Acting { user, within })
}

/// Judges a caller by their own item alone.
///
/// # Errors
/// Those of [`acting`].
pub(crate) fn live_user(caller: &UserCaller, item: Option<Item>) -> Result<User> {
    const UNKNOWN: Error = Error::Unauthenticated("Invalid token: unknown user.");
    let user: User = from_item(item.ok_or(UNKNOWN)?)?;
    if user.session != caller.session {
        return Err(Error::Unauthenticated("Invalid token: signed out."));
    }
    if !user.status.is_live() {
        return Err(Error::forbidden());
    }
    note_caller(actor(caller, &user), user.organisation_id);
    Ok(user)
}

/// As what a user calls who is staff, which nobody is by an API token.
///
/// # Errors
/// [`Error::SecondFactorRequired`] of staff without one.
pub(crate) fn staff_of(caller: &UserCaller, user: &User) -> Result<Option<Staff>> {
    let staff = user.staff.filter(|_| caller.api_token.is_none());
    if staff.is_some() && !user.second_factor {
        return Err(Error::SecondFactorRequired);
    }
    Ok(staff)
}

fn actor(caller: &UserCaller, user: &User) -> Actor {
    match caller.api_token {
        Some(id) => Actor::ApiToken { id, user_id: user.id },
        None if user.staff.is_some() => Actor::Staff { id: user.id },
        None => Actor::User { id: user.id },
    }
}

const REVOKED: Error = Error::Unauthenticated("Invalid token: revoked API token.");
