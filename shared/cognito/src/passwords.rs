//! Passwords: changed by their owner, forgotten, and set by staff.

use attesta_model::{Error, Result};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Cause, Failure, Kind, told, uniform};
use crate::{UserPool, once, policy};

/// What a user is sent whose password staff reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// A code to choose another password with.
    CodeSent,
    /// The invitation again, since the user never signed in.
    Invited,
}

impl UserPool {
    /// Changes the signed-in user's password.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a wrong old password, or a token that
    /// does not count any more; [`Error::Invalid`] for a `newPassword` that the
    /// pool's policy refuses; [`Error::Throttled`].
    pub async fn change_password(
        &self,
        access: &SecretString,
        old: &SecretString,
        new: &SecretString,
    ) -> Result<()> {
        policy::check("newPassword", new)?;
        let call = self.client.change_password().access_token(access.expose_secret());
        let call = call.previous_password(old.expose_secret());
        let call = call.proposed_password(new.expose_secret());
        let call = call.customize().config_override(once());
        let kind = Kind::Proof("The password is wrong.");
        call.send().await.map(drop).map_err(told(kind, "ChangePassword"))
    }

    /// Sends a user a code to choose another password with. Whether there is
    /// such a user, and one who can get a code, does not show.
    ///
    /// # Errors
    /// Only those that would have met everybody.
    pub async fn forgot_password(&self, username: &str) -> Result<()> {
        let call = self.client.forgot_password().client_id(&self.client_id).username(username);
        let call = call.secret_hash(self.secret_hash(username).await?);
        let outcome = call.customize().config_override(once()).send().await;
        uniform("ForgotPassword", outcome)
    }

    /// Sets a password by the code that the user was sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `confirmationCode`, the same for a wrong code, an
    /// expired one, an unknown user and too many tries, or for a `password`
    /// that the pool's policy refuses; [`Error::Throttled`].
    pub async fn reset_password(
        &self,
        username: &str,
        code: &SecretString,
        password: &SecretString,
    ) -> Result<()> {
        policy::check("password", password)?;
        let call = self.client.confirm_forgot_password().client_id(&self.client_id);
        let call = call.username(username).confirmation_code(code.expose_secret());
        let call = call.password(password.expose_secret());
        let call = call.secret_hash(self.secret_hash(username).await?);
        let call = call.customize().config_override(once());
        call.send().await.map(drop).map_err(told(Kind::Code, "ConfirmForgotPassword"))
    }

    /// Has a user choose another password, by any name of theirs.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a user; [`Error::WrongState`] where
    /// nothing can be sent to them; [`Error::Throttled`].
    pub async fn admin_reset_password(&self, username: &str) -> Result<Reset> {
        let call = self.client.admin_reset_user_password().user_pool_id(&self.pool_id);
        let Err(error) = call.username(username).send().await else { return Ok(Reset::CodeSent) };
        let failure = Failure::new("AdminResetUserPassword", &error);
        match failure.cause {
            Cause::Denied => self.invite_again_by_any_name(username).await,
            Cause::Form => Err(Error::WrongState("The user has no address to send a code to.")),
            _ => Err(failure.told(Kind::Directory)),
        }
    }

    /// An invitation wants the pool's own name of the user.
    async fn invite_again_by_any_name(&self, username: &str) -> Result<Reset> {
        let user = self.user(username).await?.ok_or_else(Error::not_found)?;
        let outcome = self.invite_again(&user.username).await;
        outcome.map_err(told(Kind::Directory, "AdminCreateUser"))?;
        Ok(Reset::Invited)
    }

    /// Sets a user's password for good, by any name of theirs.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a user; [`Error::Invalid`] for a
    /// `password` that the pool's policy refuses; [`Error::Throttled`].
    pub async fn admin_set_password(&self, username: &str, password: &SecretString) -> Result<()> {
        policy::check("password", password)?;
        let call = self.client.admin_set_user_password().user_pool_id(&self.pool_id);
        let call = call.username(username).password(password.expose_secret()).permanent(true);
        call.send().await.map(drop).map_err(told(Kind::Directory, "AdminSetUserPassword"))
    }
}
