//! Whether the secret that somebody signs in by is good.

use attesta_identity::Secret;
use attesta_model::{ApiTokenId, Result, User, UserId};
use attesta_store::{ApiToken, LINK_PREFIX};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::App;
use crate::event::{Attributes, Metadata, nullable};

/// An answer to the one question.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    #[serde(default, deserialize_with = "nullable")]
    user_attributes: Attributes,
    #[serde(default, deserialize_with = "nullable")]
    client_metadata: Metadata,
    #[serde(default, deserialize_with = "nullable")]
    challenge_answer: String,
    #[serde(default, deserialize_with = "nullable")]
    user_not_found: bool,
}

/// Whether it was right.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verdict {
    answer_correct: bool,
}

impl App {
    /// Judges an answer. Staff never get in by a secret, which is one factor.
    pub(crate) async fn verify(&self, user: Option<UserId>, answer: Answer) -> Result<Verdict> {
        let answer_correct = match (user, answer.user_attributes.sub) {
            (Some(user), Some(subject)) if !answer.user_not_found => {
                self.is_good(user, subject, &answer).await?
            }
            _ => false,
        };
        Ok(Verdict { answer_correct })
    }

    async fn is_good(&self, user: UserId, subject: Uuid, answer: &Answer) -> Result<bool> {
        let text = &answer.challenge_answer;
        let named = answer.client_metadata.api_token_id.map(ApiTokenId);
        if let Some(secret) = Secret::parse(LINK_PREFIX, text) {
            return self.is_good_link(user, subject, &secret).await;
        }
        match (Secret::parse(ApiToken::PREFIX, text), named) {
            (Some(secret), Some(named)) => {
                self.is_good_api_token(user, subject, &secret, named).await
            }
            _ => Ok(false),
        }
    }

    /// The link is used up with that, whatever becomes of the sign-in.
    async fn is_good_link(&self, user: UserId, subject: Uuid, secret: &Secret) -> Result<bool> {
        match self.store.signing_in(user, None).await? {
            Some(found) if may_by_secret(&found.user, subject) => {
                self.store.redeem(user, subject, secret).await
            }
            _ => Ok(false),
        }
    }

    async fn is_good_api_token(
        &self,
        user: UserId,
        subject: Uuid,
        secret: &Secret,
        named: ApiTokenId,
    ) -> Result<bool> {
        let Some(found) = self.store.signing_in(user, Some(named)).await? else {
            return Ok(false);
        };
        let is_its_secret = found.api_token.is_some_and(|token| token.secret_hash.matches(secret));
        Ok(is_its_secret && may_by_secret(&found.user, subject))
    }
}

/// Whether a user may sign in by a secret, and is the one whom the pool means.
fn may_by_secret(user: &User, subject: Uuid) -> bool {
    user.staff.is_none() && user.subject.is_none_or(|known| known == subject)
}
