//! Somebody signs in whom the main pool does not know, and the marketplace pool
//! does.

use std::collections::BTreeMap;

use attesta_cognito::{NewUser, newcomer};
use attesta_model::{Error, Result};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};

use crate::App;

/// What they showed.
#[derive(Debug, Deserialize)]
pub(crate) struct Shown {
    #[serde(deserialize_with = "secret")]
    password: SecretString,
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(Into::into)
}

/// The user that the main pool makes of them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Migrated {
    user_attributes: BTreeMap<&'static str, String>,
    final_user_status: &'static str,
    message_action: &'static str,
    force_alias_creation: bool,
}

impl App {
    /// Moves somebody by what they typed as their name.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where they are nobody's there either.
    pub(crate) async fn migrate(&self, username: &str, shown: Shown) -> Result<Migrated> {
        const REFUSED: Error = Error::Unauthenticated("nobody to migrate");
        let missing = || Error::internal("this function is not set up for migrations");
        let marketplace = self.marketplace.as_ref().ok_or_else(missing)?;
        let new = newcomer(marketplace, &self.store, username, &shown.password).await?;
        Ok(new.ok_or(REFUSED)?.into())
    }
}

/// In a pool where an e-mail address stands for a name, the name is an attribute
/// of its own.
impl From<NewUser> for Migrated {
    fn from(new: NewUser) -> Self {
        let name = ("username", new.id.to_string());
        Self {
            user_attributes: new.attributes().chain([name]).collect(),
            final_user_status: "CONFIRMED",
            message_action: "SUPPRESS",
            force_alias_creation: false,
        }
    }
}
