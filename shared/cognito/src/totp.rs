//! The second factor: codes that an authenticator shows.

use attesta_model::{Error, Result};
use aws_sdk_cognitoidentityprovider::types::{
    SoftwareTokenMfaSettingsType, VerifySoftwareTokenResponseType,
};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Cause, Failure, Kind, WRONG_CODE, told, wrong};
use crate::{UserPool, once};

/// What the pool calls the user's authenticator.
const DEVICE: &str = "authenticator";

impl UserPool {
    /// A secret for the signed-in user's authenticator. It counts once a code
    /// of it was given.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for a token that does not count any more.
    pub async fn begin_totp(&self, access: &SecretString) -> Result<SecretString> {
        let call = self.client.associate_software_token().access_token(access.expose_secret());
        let answer = call.send().await.map_err(|error| {
            let failure = Failure::new("AssociateSoftwareToken", &error);
            match failure.cause {
                Cause::Form | Cause::NoFactor => failure.told(Kind::Ours),
                _ => failure.told(Kind::Own),
            }
        })?;
        let missing = || Error::internal("an authenticator without a secret");
        answer.secret_code.map(Into::into).ok_or_else(missing)
    }

    /// Has the signed-in user give a code of their authenticator from now on.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a wrong `code`; [`Error::WrongState`] where none
    /// was begun; [`Error::Unauthenticated`] for a token that does not count any
    /// more; [`Error::Throttled`].
    pub async fn finish_totp(
        &self,
        username: &str,
        access: &SecretString,
        code: &SecretString,
    ) -> Result<()> {
        let call = self.client.verify_software_token().access_token(access.expose_secret());
        let call = call.user_code(code.expose_secret()).friendly_device_name(DEVICE);
        let call = call.customize().config_override(once());
        let answer = call.send().await.map_err(told(Kind::Own, "VerifySoftwareToken"))?;
        if answer.status != Some(VerifySoftwareTokenResponseType::Success) {
            return Err(wrong("code", WRONG_CODE));
        }
        self.prefer_totp(username, true).await
    }

    /// Has a user sign in without their authenticator, by any name of theirs.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a user; [`Error::Throttled`].
    pub async fn forget_totp(&self, username: &str) -> Result<()> {
        self.prefer_totp(username, false).await
    }

    async fn prefer_totp(&self, username: &str, prefers: bool) -> Result<()> {
        let settings = SoftwareTokenMfaSettingsType::builder();
        let settings = settings.enabled(prefers).preferred_mfa(prefers).build();
        let call = self.client.admin_set_user_mfa_preference().user_pool_id(&self.pool_id);
        let call = call.username(username).software_token_mfa_settings(settings);
        call.send().await.map(drop).map_err(told(Kind::Directory, "AdminSetUserMFAPreference"))
    }
}
