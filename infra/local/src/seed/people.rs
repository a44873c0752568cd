//! The seeded people in the user pools.

use anyhow::{Context, Result, bail};
use attesta_cognito::{Address, NewUser, SignIn, UserPool, Welcome};
use attesta_model::IdFactory;
use secrecy::{ExposeSecret, SecretString};

use super::{Person, World};
use crate::totp;

/// The group of the staff, and of those of them who may look alone.
const GROUPS: [&str; 2] = ["admin", "admin-readonly"];

/// Makes the people who aren't there yet, and gives all their password.
pub(super) async fn write(
    main: &UserPool,
    marketplace: &UserPool,
    world: &mut World,
) -> Result<()> {
    let staff = [&mut world.staff].into_iter().chain(&mut world.staff_readonly);
    for (person, group) in staff.zip(GROUPS) {
        create(main, person).await?;
        let name = person.id.to_string();
        main.join_group(&name, group).await.context("seeding the staff's groups")?;
    }
    for person in [&mut world.owner, &mut world.user] {
        create(main, person).await?;
    }
    if let Some(person) = &mut world.marketplace_user {
        create(marketplace, person).await?;
    }
    Ok(())
}

async fn create(pool: &UserPool, person: &mut Person) -> Result<()> {
    let verified = |value: &String| Address { value: value.clone(), verified: true };
    let new = NewUser {
        id: person.id,
        email: Some(verified(&person.email)),
        phone: person.phone.as_ref().map(verified),
        given_name: None,
        family_name: None,
        welcome: Welcome::Silent,
    };
    let seeding = || format!("seeding {}", person.email);
    let user = pool.create_user(new).await.with_context(seeding)?;
    person.subject = Some(user.sub.parse().with_context(seeding)?);
    let password = person.password.clone().into();
    pool.admin_set_password(&user.username, &password).await.with_context(seeding)
}

/// The secret of a new authenticator for somebody of the staff who has none yet.
/// It is to be kept before it counts.
pub(super) async fn begin_totp(pool: &UserPool, person: &mut Person) -> Result<Option<Begun>> {
    match sign_in(pool, person).await? {
        SignIn::Tokens(tokens) => {
            let secret = pool.begin_totp(&tokens.access).await?;
            person.totp = Some(secret.expose_secret().to_owned());
            Ok(Some(Begun { access: tokens.access }))
        }
        SignIn::Challenge(challenge) if challenge.name == "SOFTWARE_TOKEN_MFA" => Ok(None),
        SignIn::Challenge(challenge) => bail!("{}: asked for {}", person.email, challenge.name),
    }
}

/// An authenticator that does not count yet.
#[derive(Debug)]
pub(super) struct Begun {
    access: SecretString,
}

/// Has it count.
pub(super) async fn finish_totp(
    pool: &UserPool,
    ids: &IdFactory,
    person: &Person,
    begun: &Begun,
) -> Result<()> {
    let secret = person.totp.as_deref().context("an authenticator without a secret")?;
    let code = totp::code(secret, ids.now())?.into();
    pool.finish_totp(&person.id.to_string(), &begun.access, &code).await?;
    Ok(())
}

async fn sign_in(pool: &UserPool, person: &Person) -> Result<SignIn> {
    let password = person.password.clone().into();
    let step = pool.sign_in(&person.id.to_string(), &password, None).await;
    step.with_context(|| format!("signing {} in", person.email))
}
