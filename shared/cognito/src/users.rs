//! A pool's users: made, looked up, put into groups and signed out.

use std::fmt;

use attesta_model::{Error, Result, UserId, Welcome};
use aws_sdk_cognitoidentityprovider::types::{
    AttributeType, DeliveryMediumType, MessageActionType, UserStatusType,
};

use crate::error::{Cause, Failure, Kind, taken, told};
use crate::{Attribute, UserPool, once};

/// Somebody who is to sign in.
pub struct NewUser {
    /// Also their name in the pool.
    pub id: UserId,
    /// Their e-mail address.
    pub email: Option<Address>,
    /// Their phone number, as E.164 writes it.
    pub phone: Option<Address>,
    /// Their given name.
    pub given_name: Option<String>,
    /// Their family name.
    pub family_name: Option<String>,
    /// What they are sent.
    pub welcome: Welcome,
}

/// An e-mail address or a phone number.
pub struct Address {
    /// The text of it.
    pub value: String,
    /// Whether it is known to be theirs: only then can they sign in by it.
    pub verified: bool,
}

/// A user as the pool has them.
#[derive(Clone, PartialEq, Eq)]
pub struct PoolUser {
    /// Their name in the pool.
    pub username: String,
    /// What tokens call them.
    pub sub: String,
    /// How far they are.
    pub status: PoolStatus,
    /// Whether they may sign in at all.
    pub enabled: bool,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Whether the address is known to be theirs.
    pub email_verified: bool,
    /// Their phone number.
    pub phone: Option<String>,
    /// Whether the number is known to be theirs.
    pub phone_verified: bool,
    /// Their given name.
    pub given_name: Option<String>,
    /// Their family name.
    pub family_name: Option<String>,
}

/// How far a user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolStatus {
    /// They have yet to prove that they can be reached.
    Unconfirmed,
    /// They have a password of their own.
    Confirmed,
    /// They have a password that is good for choosing another.
    MustChangePassword,
    /// They get in only with a code that they are sent.
    MustResetPassword,
    /// None of these.
    Other,
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("NewUser");
        shown.field("id", &self.id).field("welcome", &self.welcome).finish_non_exhaustive()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("verified", &self.verified).finish_non_exhaustive()
    }
}

impl fmt::Debug for PoolUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("PoolUser");
        shown.field("sub", &self.sub).field("status", &self.status).field("enabled", &self.enabled);
        shown.finish_non_exhaustive()
    }
}

impl NewUser {
    /// Their attributes, as the pool names them.
    pub fn attributes(&self) -> impl Iterator<Item = (&'static str, String)> {
        let names = [("given_name", &self.given_name), ("family_name", &self.family_name)];
        let names = names.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        let addresses = [(Attribute::Email, &self.email), (Attribute::Phone, &self.phone)];
        let addresses = addresses.into_iter().filter_map(|(attribute, address)| {
            let Address { value, verified } = address.as_ref()?;
            let mark = (attribute.mark(), verified.to_string());
            Some([(attribute.name(), value.clone()), mark])
        });
        addresses.flatten().chain(names)
    }

    fn built_attributes(&self) -> Result<Vec<AttributeType>> {
        let all = self.attributes();
        let built = all.map(|(name, value)| AttributeType::builder().name(name).value(value));
        built.map(|attribute| attribute.build().map_err(Error::internal)).collect()
    }
}

impl PoolUser {
    fn read(
        username: String,
        enabled: bool,
        status: Option<&UserStatusType>,
        attributes: Option<Vec<AttributeType>>,
    ) -> Result<Self> {
        let mut attributes = attributes.unwrap_or_default();
        let mut take = |name: &str| {
            let found = attributes.iter_mut().find(|attribute| attribute.name == name);
            found.and_then(|attribute| attribute.value.take())
        };
        Ok(Self {
            sub: take("sub").ok_or_else(|| Error::internal("a user without a sub"))?,
            status: match status {
                Some(UserStatusType::Unconfirmed) => PoolStatus::Unconfirmed,
                Some(UserStatusType::Confirmed) => PoolStatus::Confirmed,
                Some(UserStatusType::ForceChangePassword) => PoolStatus::MustChangePassword,
                Some(UserStatusType::ResetRequired) => PoolStatus::MustResetPassword,
                _ => PoolStatus::Other,
            },
            username,
            enabled,
            email: take(Attribute::Email.name()),
            email_verified: take(Attribute::Email.mark()).as_deref() == Some("true"),
            phone: take(Attribute::Phone.name()),
            phone_verified: take(Attribute::Phone.mark()).as_deref() == Some("true"),
            given_name: take("given_name"),
            family_name: take("family_name"),
        })
    }
}

impl UserPool {
    /// Makes a user. Where there is one of this id already, it is that one as
    /// it stands, so that what was begun can be finished; they are not welcomed
    /// a second time. An address that is another user's stays theirs.
    ///
    /// # Errors
    /// [`Error::Conflict`] `email_taken` or `phone_taken`; [`Error::Refused`]
    /// for an address that Cognito does not take for one; [`Error::Throttled`].
    pub async fn create_user(&self, user: NewUser) -> Result<PoolUser> {
        let username = user.id.to_string();
        let call = self.client.admin_create_user().user_pool_id(&self.pool_id);
        let call = call.username(&username).set_user_attributes(Some(user.built_attributes()?));
        let call = match user.welcome {
            Welcome::Silent => call.message_action(MessageActionType::Suppress),
            Welcome::Invite => call.desired_delivery_mediums(DeliveryMediumType::Email),
        };
        let answer = match call.send().await {
            Ok(answer) => answer,
            Err(error) => {
                let failure = Failure::new("AdminCreateUser", &error);
                return self.not_created(&username, failure).await;
            }
        };
        let made = answer.user.ok_or_else(|| Error::internal("no user was made"))?;
        let name = made.username.unwrap_or(username);
        PoolUser::read(name, made.enabled, made.user_status.as_ref(), made.attributes)
    }

    /// Cognito says that a user exists for a name of theirs and for an address.
    async fn not_created(&self, username: &str, failure: Failure) -> Result<PoolUser> {
        match failure.cause {
            Cause::Exists => {
                let user = self.user(username).await?;
                user.ok_or_else(|| taken(failure.attribute()))
            }
            Cause::Form => Err(unusable()),
            Cause::Taken => Err(taken(failure.attribute())),
            _ => Err(failure.told(Kind::Ours)),
        }
    }

    /// Has a user's names and addresses be these.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a user, [`Error::Conflict`] where an
    /// address is another user's, [`Error::Throttled`].
    pub async fn update_user(&self, user: &NewUser) -> Result<()> {
        let username = user.id.to_string();
        let call = self.client.admin_update_user_attributes().user_pool_id(&self.pool_id);
        let call = call.username(username).set_user_attributes(Some(user.built_attributes()?));
        let Err(error) = call.send().await else { return Ok(()) };
        let failure = Failure::new("AdminUpdateUserAttributes", &error);
        match failure.cause {
            Cause::Taken => Err(taken(failure.attribute())),
            _ => Err(failure.told(Kind::Directory)),
        }
    }

    /// Has a user be reached at other addresses once they have given the code
    /// that goes there; until then the ones before count.
    ///
    /// # Errors
    /// [`Error::Conflict`] `email_taken` or `phone_taken`, and `not_in_pool`
    /// where the pool has no such user yet; [`Error::Refused`] for an address
    /// that Cognito does not take for one; [`Error::Throttled`].
    pub async fn change_addresses(
        &self,
        username: &str,
        email: Option<&str>,
        phone: Option<&str>,
    ) -> Result<()> {
        let addresses = [(Attribute::Email, email), (Attribute::Phone, phone)];
        let named = addresses.into_iter().filter_map(|(name, value)| Some((name.name(), value?)));
        let built = named.map(|(name, value)| AttributeType::builder().name(name).value(value));
        let built: Vec<_> =
            built.map(|one| one.build().map_err(Error::internal)).collect::<Result<_>>()?;
        let call = self.client.admin_update_user_attributes().user_pool_id(&self.pool_id);
        let call = call.username(username).set_user_attributes(Some(built));
        let Err(error) = call.customize().config_override(once()).send().await else {
            return Ok(());
        };
        let failure = Failure::new("AdminUpdateUserAttributes", &error);
        Err(match failure.cause {
            Cause::Taken => taken(failure.attribute()),
            Cause::Form => unusable(),
            Cause::NoUser => {
                let message = "The user is not in the user pool yet; try again.".to_owned();
                Error::Conflict { code: "not_in_pool", message }
            }
            _ => failure.told(Kind::Directory),
        })
    }

    /// Has no such user any more.
    ///
    /// # Errors
    /// When Cognito can't do it.
    pub async fn delete_user(&self, username: &str) -> Result<()> {
        let call = self.client.admin_delete_user().user_pool_id(&self.pool_id);
        let outcome = call.username(username).send().await.map(drop);
        match outcome.map_err(told(Kind::Directory, "AdminDeleteUser")) {
            Err(Error::NotFound(_)) => Ok(()),
            outcome => outcome,
        }
    }

    /// A user, by any name of theirs.
    ///
    /// # Errors
    /// When Cognito can't answer.
    pub async fn user(&self, username: &str) -> Result<Option<PoolUser>> {
        let call = self.client.admin_get_user().user_pool_id(&self.pool_id).username(username);
        match call.send().await {
            Ok(user) => {
                let status = user.user_status.as_ref();
                PoolUser::read(user.username, user.enabled, status, user.user_attributes).map(Some)
            }
            Err(error) => match Failure::new("AdminGetUser", &error).told(Kind::Directory) {
                Error::NotFound(_) => Ok(None),
                error => Err(error),
            },
        }
    }

    /// Ends every session of a user, by any name of theirs. One who is not
    /// there has none.
    ///
    /// # Errors
    /// When Cognito can't do it.
    pub async fn sign_out_everywhere(&self, username: &str) -> Result<()> {
        let call = self.client.admin_user_global_sign_out().user_pool_id(&self.pool_id);
        let outcome = call.username(username).send().await.map(drop);
        match outcome.map_err(told(Kind::Directory, "AdminUserGlobalSignOut")) {
            Err(Error::NotFound(_)) => Ok(()),
            outcome => outcome,
        }
    }

    /// Puts a user into a group.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a user; [`Error::Throttled`].
    pub async fn join_group(&self, username: &str, group: &str) -> Result<()> {
        let call = self.client.admin_add_user_to_group().user_pool_id(&self.pool_id);
        let call = call.username(username).group_name(group);
        call.send().await.map(drop).map_err(told(Kind::Directory, "AdminAddUserToGroup"))
    }

    /// Takes a user out of a group, if they are in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a user; [`Error::Throttled`].
    pub async fn leave_group(&self, username: &str, group: &str) -> Result<()> {
        let call = self.client.admin_remove_user_from_group().user_pool_id(&self.pool_id);
        let call = call.username(username).group_name(group);
        call.send().await.map(drop).map_err(told(Kind::Directory, "AdminRemoveUserFromGroup"))
    }
}

fn unusable() -> Error {
    Error::Refused("The e-mail address or the phone number is none that can be used.".to_owned())
}
