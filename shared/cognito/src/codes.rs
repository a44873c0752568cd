//! Codes and invitations that users are sent, to prove that an address is
//! theirs.

use attesta_model::{Error, Result};
use aws_sdk_cognitoidentityprovider::error::SdkError;
use aws_sdk_cognitoidentityprovider::operation::admin_create_user::{
    AdminCreateUserError, AdminCreateUserOutput,
};
use aws_sdk_cognitoidentityprovider::types::{DeliveryMediumType, MessageActionType};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Cause, Failure, Kind, taken, uniform};
use crate::{UserPool, once};

/// What a user can be reached at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
}

impl Attribute {
    /// Its name in the pool.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone_number",
        }
    }

    /// The name of the mark that it is verified.
    pub(crate) const fn mark(self) -> &'static str {
        match self {
            Self::Email => "email_verified",
            Self::Phone => "phone_number_verified",
        }
    }
}

impl UserPool {
    /// Confirms a user by the code that they were sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `confirmationCode`, the same for a wrong code, an
    /// expired one, an unknown user and too many tries; [`Error::Conflict`]
    /// `already_confirmed`, `email_taken` or `phone_taken`;
    /// [`Error::Throttled`].
    pub async fn confirm_sign_up(&self, username: &str, code: &SecretString) -> Result<()> {
        let call = self.client.confirm_sign_up().client_id(&self.client_id).username(username);
        let call = call.confirmation_code(code.expose_secret());
        let call = call.secret_hash(self.secret_hash(username).await?);
        let Err(error) = call.customize().config_override(once()).send().await else {
            return Ok(());
        };
        let failure = Failure::new("ConfirmSignUp", &error);
        if failure.is_confirmed_already() {
            let message = "The user is confirmed already.".to_owned();
            return Err(Error::Conflict { code: "already_confirmed", message });
        }
        Err(failure.told(Kind::Code))
    }

    /// Sends a user who has yet to confirm the code again. Whether there is
    /// such a user, and one who waits for a code, does not show.
    ///
    /// # Errors
    /// Only those that would have met everybody.
    pub async fn resend_code(&self, username: &str) -> Result<()> {
        let call = self.client.resend_confirmation_code().client_id(&self.client_id);
        let call = call.username(username).secret_hash(self.secret_hash(username).await?);
        let outcome = call.customize().config_override(once()).send().await;
        uniform("ResendConfirmationCode", outcome)
    }

    /// Sends a user who never signed in the invitation again; the name is the
    /// pool's own, an alias does not do. Whether there is such a user, and one
    /// who waits for an invitation, does not show.
    ///
    /// # Errors
    /// Only those that would have met everybody.
    pub async fn resend_invitation(&self, username: &str) -> Result<()> {
        uniform("AdminCreateUser", self.invite_again(username).await)
    }

    pub(crate) async fn invite_again(
        &self,
        username: &str,
    ) -> Result<AdminCreateUserOutput, SdkError<AdminCreateUserError>> {
        let call = self.client.admin_create_user().user_pool_id(&self.pool_id);
        let call = call.username(username).message_action(MessageActionType::Resend);
        let call = call.desired_delivery_mediums(DeliveryMediumType::Email);
        call.customize().config_override(once()).send().await
    }

    /// Verifies the signed-in user's e-mail address or phone number by the code
    /// that went there.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a wrong or an expired `code`; [`Error::Conflict`]
    /// `email_taken` or `phone_taken`; [`Error::Unauthenticated`] for a token
    /// that does not count any more; [`Error::Throttled`].
    pub async fn verify_attribute(
        &self,
        access: &SecretString,
        attribute: Attribute,
        code: &SecretString,
    ) -> Result<()> {
        let call = self.client.verify_user_attribute().access_token(access.expose_secret());
        let call = call.attribute_name(attribute.name()).code(code.expose_secret());
        let Err(error) = call.customize().config_override(once()).send().await else {
            return Ok(());
        };
        let failure = Failure::new("VerifyUserAttribute", &error);
        Err(match failure.cause {
            Cause::Taken => taken(attribute),
            _ => failure.told(Kind::Own),
        })
    }
}
