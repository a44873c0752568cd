//! What tokens say beside what the user pool has them say.
//!
//! Every claim is a text: those the pool takes in both tokens, whichever way it
//! writes other values.

use std::collections::BTreeMap;

use attesta_identity::{API_TOKEN_CLAIM, ROLES_CLAIM, SESSION_CLAIM};
use attesta_model::{ApiTokenId, Error, Result, UserId};
use serde::{Deserialize, Serialize};

use crate::App;
use crate::event::{Attributes, Metadata, nullable};

/// Whom tokens are for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asked {
    #[serde(default, deserialize_with = "nullable")]
    user_attributes: Attributes,
    #[serde(default, deserialize_with = "nullable")]
    client_metadata: Metadata,
}

/// What both tokens say.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Claims {
    claims_and_scope_override_details: Both,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Both {
    id_token_generation: Added,
    access_token_generation: Added,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Added {
    claims_to_add_or_override: BTreeMap<&'static str, String>,
}

impl App {
    /// The claims of a user's tokens: their session, and where they come from
    /// an API token that and its roles, with spaces between them.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for somebody who is to have none.
    pub(crate) async fn tokens(&self, user: Option<UserId>, asked: Asked) -> Result<Claims> {
        const REFUSED: Error = Error::Unauthenticated("no tokens");
        let user = user.ok_or(REFUSED)?;
        let api_token = asked.client_metadata.api_token_id.map(ApiTokenId);
        let found = self.store.signing_in(user, api_token).await?.ok_or(REFUSED)?;
        if let (None, Some(subject)) = (found.user.subject, asked.user_attributes.sub) {
            self.store.note_subject(user, subject).await?;
        }
        let mut claims = BTreeMap::from([(SESSION_CLAIM, found.user.session.to_string())]);
        if let Some(token) = found.api_token {
            claims.insert(API_TOKEN_CLAIM, token.id.to_string());
            claims.insert(ROLES_CLAIM, token.roles.join(" "));
        }
        let added = Added { claims_to_add_or_override: claims };
        let both = Both { id_token_generation: added.clone(), access_token_generation: added };
        Ok(Claims { claims_and_scope_override_details: both })
    }
}
