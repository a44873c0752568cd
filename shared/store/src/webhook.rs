//! An organisation's webhook: where it wants to be told, and the secret that
//! shows that it is we who tell.

use attesta_identity::WebhookSecret;
use attesta_model::{Error, OrganisationId, Result, WebhookUrl};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::{CanManage, Organisation};
use crate::table::{Condition, Written, from_item, to_item};
use crate::{Store, keys, patterns};

/// So long the secret before goes on signing beside the new one.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

/// Where an organisation wants to be told what happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Webhook {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The address.
    pub url: WebhookUrl,
    /// What messages are signed with.
    pub secret: WebhookSecret,
    /// What they were signed with before.
    pub former: Option<FormerSecret>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Goes up by one with each change.
    pub version: u32,
}

/// A secret that was replaced.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FormerSecret {
    secret: WebhookSecret,
    until: Timestamp,
}

impl Webhook {
    /// The signatures of a message, by every secret that counts now.
    #[must_use]
    pub fn sign(&self, id: &str, now: Timestamp, body: &str) -> String {
        let former = self.former.as_ref().filter(|former| now < former.until);
        let secrets = std::iter::once(&self.secret).chain(former.map(|former| &former.secret));
        let signatures: Vec<_> = secrets.map(|secret| secret.sign(id, now, body)).collect();
        signatures.join(" ")
    }
}

impl Store {
    /// An organisation's webhook, if it has one.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn webhook(&self, organisation: OrganisationId) -> Result<Option<Webhook>> {
        let [item] = self.table.get_many([keys::webhook(organisation)]).await?;
        item.map(from_item).transpose()
    }

    /// Sets where an organisation is told; whether it was told nowhere before,
    /// and so has a new secret.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is being changed by others.
    pub async fn set_webhook(
        &self,
        organisation: &Organisation<CanManage>,
        url: WebhookUrl,
    ) -> Result<(Webhook, bool)> {
        let now = self.ids.now();
        let present = self.webhook(organisation.id()).await?;
        let is_new = present.is_none();
        let webhook = match present {
            Some(webhook) => Webhook { url, ..webhook },
            None => Webhook {
                organisation_id: organisation.id(),
                url,
                secret: WebhookSecret::new(&self.ids.random()?),
                former: None,
                created_at: now,
                updated_at: now,
                version: 0,
            },
        };
        Ok((self.put_webhook(webhook).await?, is_new))
    }

    /// Gives an organisation's webhook a new secret; the one before goes on
    /// signing beside it for a day.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no webhook, [`Error::Conflict`] when
    /// it is being changed by others.
    pub async fn rotate_webhook_secret(
        &self,
        organisation: &Organisation<CanManage>,
    ) -> Result<Webhook> {
        let webhook = self.webhook(organisation.id()).await?.ok_or_else(Error::not_found)?;
        let until = self.ids.now() + OVERLAP;
        let secret = WebhookSecret::new(&self.ids.random()?);
        let former = Some(FormerSecret { secret: webhook.secret.clone(), until });
        self.put_webhook(Webhook { secret, former, ..webhook }).await
    }

    /// Tells an organisation no more.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no webhook.
    pub async fn delete_webhook(&self, organisation: &Organisation<CanManage>) -> Result<()> {
        self.table.delete(&keys::webhook(organisation.id())).await
    }

    async fn put_webhook(&self, webhook: Webhook) -> Result<Webhook> {
        let condition = match webhook.version {
            0 => Condition::is_new(),
            version => Condition::version(version),
        };
        let next = Webhook { version: webhook.version + 1, updated_at: self.ids.now(), ..webhook };
        let item = to_item(patterns::WEBHOOK, keys::webhook(next.organisation_id), &next)?;
        match self.table.put(item, condition).await? {
            Written::Done => Ok(next),
            Written::Refused(_) => Err(Error::Conflict {
                code: "busy",
                message: "The webhook is being changed by others; try again.".to_owned(),
            }),
        }
    }
}
