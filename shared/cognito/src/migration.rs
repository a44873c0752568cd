//! Moving somebody from the marketplace pool to the main one.
//!
//! They prove their password where they come from; the table's user comes next,
//! and the main pool's last. What broke off half-way is taken up again by whoever
//! comes again.

use attesta_model::{Error, Phone, Result, User};
use attesta_store::{Newcomer, Store};
use secrecy::SecretString;

use crate::{Address, NewUser, PoolUser, SignIn, UserPool, Welcome, policy};

/// Whoever this name and password are of in the marketplace pool: what is to
/// become of them in the main one. None where they are nobody's.
///
/// Tokens alone are a proof. Who has yet to choose a password shows one that
/// somebody made for them, and who is asked for more has shown half.
///
/// # Errors
/// When the pool or the table can't answer.
pub async fn newcomer(
    marketplace: &UserPool,
    store: &Store,
    username: &str,
    password: &SecretString,
) -> Result<Option<NewUser>> {
    match marketplace.sign_in(username, password, None).await {
        Ok(SignIn::Tokens(_)) => {}
        Ok(SignIn::Challenge(_)) | Err(Error::Unauthenticated(_)) => return Ok(None),
        Err(error) => return Err(error),
    }
    let Some(known) = marketplace.user(username).await?.and_then(reachable) else {
        tracing::warn!("somebody has no verified address to come with");
        return Ok(None);
    };
    if policy::problem("password", password).is_some() {
        tracing::warn!("somebody has a password that the main pool would refuse");
        return Ok(None);
    }
    Ok(store.take_in(&known).await?.map(arrived))
}

/// What is known of a user for certain; nothing without an e-mail address of
/// theirs.
fn reachable(user: PoolUser) -> Option<Newcomer> {
    let email = user.email.filter(|_| user.email_verified)?;
    let phone = user.phone.filter(|_| user.phone_verified);
    let phone = phone.and_then(|phone| phone.parse::<Phone>().ok());
    Some(Newcomer {
        email,
        phone: phone.map(|phone| phone.to_string()),
        given_name: user.given_name,
        family_name: user.family_name,
    })
}

/// The main pool's user of a user, as they were found to be.
fn arrived(user: User) -> NewUser {
    let verified = |value| Address { value, verified: true };
    NewUser {
        id: user.id,
        email: user.email.map(verified),
        phone: user.phone.map(verified),
        given_name: user.given_name,
        family_name: user.family_name,
        welcome: Welcome::Silent,
    }
}
