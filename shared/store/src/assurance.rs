//! What assurance schemes answered, kept for an hour.

use attesta_identity::UserCaller;
use attesta_model::{Certificate, CertificateQuery, Result};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::access::{acting, caller_keys};
use crate::keys;
use crate::table::{Condition, Item, from_item, to_item};
use crate::{Store, patterns};

/// How long an answer counts.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// An answer that takes more than this as JSON is not kept: an item holds 400 KB.
const MOST_BYTES: usize = 300_000;

/// An answer.
#[derive(Debug, Serialize, Deserialize)]
struct Answered {
    certificates: Vec<Certificate>,
    expires_at: i64,
    ttl: i64,
}

impl Store {
    /// The certificates that a scheme named at most an hour ago, as a user asks
    /// for them; none where it has to be asked.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the caller's token counts no more,
    /// [`Error::Forbidden`] where they may do nothing any more.
    ///
    /// [`Error::Unauthenticated`]: attesta_model::Error::Unauthenticated
    /// [`Error::Forbidden`]: attesta_model::Error::Forbidden
    pub async fn certificates_for(
        &self,
        caller: &UserCaller,
        query: &CertificateQuery,
    ) -> Result<Option<Vec<Certificate>>> {
        let answered = keys::assurance(query);
        let wanted: Vec<_> = caller_keys(caller).chain([answered.clone()]).collect();
        let mut found = self.table.get_all(&wanted).await?;
        acting(caller, &mut found, self.ids.now())?;
        self.fresh(found.remove(&answered))
    }

    /// The same for what the platform itself asks.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn kept_certificates(
        &self,
        query: &CertificateQuery,
    ) -> Result<Option<Vec<Certificate>>> {
        let [item] = self.table.get_many([keys::assurance(query)]).await?;
        self.fresh(item)
    }

    /// Keeps what a scheme answered; whether it was not too much.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn keep_certificates(
        &self,
        query: &CertificateQuery,
        certificates: &[Certificate],
    ) -> Result<bool> {
        let bytes = serde_json::to_vec(certificates).map_err(attesta_model::Error::internal)?;
        if bytes.len() > MOST_BYTES {
            return Ok(false);
        }
        let expires_at = (self.ids.now() + FRESH).as_second();
        let answered =
            Answered { certificates: certificates.to_vec(), expires_at, ttl: expires_at };
        let item = to_item(patterns::ASSURANCE, keys::assurance(query), &answered)?;
        self.table.put(item, Condition::default()).await?;
        Ok(true)
    }

    /// What an item holds, if it still counts.
    fn fresh(&self, item: Option<Item>) -> Result<Option<Vec<Certificate>>> {
        let answered: Option<Answered> = item.map(from_item).transpose()?;
        let now = self.ids.now().as_second();
        let fresh = answered.filter(|answered| answered.expires_at > now);
        Ok(fresh.map(|answered| answered.certificates))
    }
}
