//! The Cognito adapter: people's sign-in, passwords, second factors and
//! entries in a user pool, through confidential app clients and the
//! server-side flows wherever there is one.
//!
//! What Cognito refuses becomes a [`attesta_model::Error`] in one place, by the
//! kind of call (`error.rs`): a stranger gets one answer whatever is wrong.

mod codes;
mod error;
mod migration;
mod passwords;
pub mod policy;
mod sign_in;
mod totp;
mod users;

use attesta_model::{Error, Result};
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::config::{Builder, Config};
use aws_types::SdkConfig;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use tokio::sync::OnceCell;

pub use attesta_model::Welcome;
pub use codes::Attribute;
pub use migration::newcomer;
pub use passwords::Reset;
pub use sign_in::{Challenge, ChallengeAnswer, SignIn, Step, Tokens};
pub use users::{Address, NewUser, PoolStatus, PoolUser};

use error::{Kind, told};

/// A user pool and the app client that people sign in through.
#[derive(Debug)]
pub struct UserPool {
    client: Client,
    pool_id: String,
    client_id: String,
    client_secret: OnceCell<SecretString>,
}

impl UserPool {
    /// A pool and an app client of it.
    #[must_use]
    pub fn new(config: &SdkConfig, pool_id: String, client_id: String) -> Self {
        let client = Client::new(config);
        Self { client, pool_id, client_id, client_secret: OnceCell::new() }
    }

    /// Gets the app client's secret ahead of the first sign-in.
    ///
    /// # Errors
    /// When Cognito can't be reached.
    pub async fn ready(&self) -> Result<()> {
        self.secret().await.map(drop)
    }

    /// Proves that a call comes from the app client: HMAC-SHA256 of user name
    /// and client id under the client's secret.
    async fn secret_hash(&self, username: &str) -> Result<String> {
        let secret = self.secret().await?.expose_secret();
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(Error::internal)?;
        let mac = mac.chain_update(username.as_bytes()).chain_update(self.client_id.as_bytes());
        Ok(STANDARD.encode(mac.finalize().into_bytes()))
    }

    async fn secret(&self) -> Result<&SecretString> {
        self.client_secret.get_or_try_init(|| self.fetch_secret()).await
    }

    async fn fetch_secret(&self) -> Result<SecretString> {
        let call = self.client.describe_user_pool_client();
        let call = call.user_pool_id(&self.pool_id).client_id(&self.client_id);
        let answer = call.send().await.map_err(told(Kind::Ours, "DescribeUserPoolClient"))?;
        let secret = answer.user_pool_client.and_then(|client| client.client_secret);
        secret.map(Into::into).ok_or_else(|| Error::internal("an app client without a secret"))
    }
}

/// For calls that use something up, and for those whose time would tell a
/// stranger that a user's limit is reached: the SDK repeats them otherwise.
fn once() -> Builder {
    Config::builder().retry_config(RetryConfig::disabled())
}
