//! The same call twice has one effect and one answer.
//!
//! The answer is remembered in the very transaction that has the effect, for a
//! day; whether it still counts is judged here and not by when the table gets
//! round to deleting it.

use std::fmt::Write as _;

use attesta_identity::UserCaller;
use attesta_model::{CredentialId, Error, OrganisationId, Result, UserId};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::access::{self, CanSubmit, Organisation};
use crate::keys::{self, Key};
use crate::table::{Cancelled, Condition, Item, from_item, to_item};
use crate::{Store, patterns};

/// How long an answer is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// A call that may come again.
#[derive(Debug, Clone)]
pub struct Idempotency {
    key: Key,
    body_hash: String,
}

/// What is remembered of a call.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    body_hash: String,
    answer: String,
    expires_at: i64,
    ttl: i64,
}

/// What an earlier call with the same key means for this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Replay {
    /// There was none that still counts.
    None,
    /// It was the same call; this was its answer.
    Same(String),
}

impl Idempotency {
    /// The longest key that is taken.
    pub const MAX_KEY_LENGTH: usize = 255;

    /// A call by a user of an organisation, or of the platform's staff, on a
    /// route, with the caller's key and everything that makes it the same call.
    #[must_use]
    pub fn new(
        organisation: impl Into<Option<OrganisationId>>,
        user: UserId,
        route: &'static str,
        key: &str,
        call: &[&[u8]],
    ) -> Self {
        Self::under(keys::idempotency(organisation.into(), user, route, key), call)
    }

    /// A call by a machine client on a route. Its credential is of one
    /// organisation, so that it says whose the call is, too.
    #[must_use]
    pub fn of_machine(
        client: CredentialId,
        route: &'static str,
        key: &str,
        call: &[&[u8]],
    ) -> Self {
        Self::under(keys::idempotency_of_machine(client, route, key), call)
    }

    fn under(key: Key, call: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in call {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let body_hash = hash.finalize().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        Self { key, body_hash }
    }

    pub(crate) fn key(&self) -> Key {
        self.key.clone()
    }

    /// Judges what stands under the key.
    pub(crate) fn replay(&self, item: Option<Item>, now: Timestamp) -> Result<Replay> {
        let record: Option<Record> = item.map(from_item).transpose()?;
        match record.filter(|record| record.expires_at > now.as_second()) {
            None => Ok(Replay::None),
            Some(record) if record.body_hash == self.body_hash => Ok(Replay::Same(record.answer)),
            Some(_) => Err(Error::Conflict {
                code: "idempotency_key_reused",
                message: "This Idempotency-Key was used with another body.".to_owned(),
            }),
        }
    }

    /// The item that remembers an answer, and the condition to put it on.
    pub(crate) fn record(&self, answer: String, now: Timestamp) -> Result<(Item, Condition)> {
        let expires_at = (now + REMEMBERED).as_second();
        let body_hash = self.body_hash.clone();
        let record = Record { body_hash, answer, expires_at, ttl: expires_at };
        let item = to_item(patterns::IDEMPOTENCY, self.key(), &record)?;
        let now = AttributeValue::N(now.as_second().to_string());
        let condition = Condition {
            expression: Some("attribute_not_exists(pk) OR expires_at <= :now".to_owned()),
            values: Some(Item::from([(":now".to_owned(), now)])),
            ..Condition::default()
        };
        Ok((item, condition))
    }
}

/// What became of writes that are drawn up once.
#[derive(Debug)]
pub(crate) enum Wrote {
    /// They are in.
    Done,
    /// The same call came in between; this was its answer.
    Same(String),
    /// They were refused; the place is that among the writes that came in.
    Refused(Cancelled),
}

/// What a call that would make something comes to.
#[derive(Debug)]
pub enum Planned<P> {
    /// It is to be made, by this plan.
    New(P),
    /// The same call came before; this was its answer.
    Same(String),
}

/// What it means that a write is refused, where its place says it all.
pub(crate) fn by_place(
    refusal: impl Fn(usize) -> Option<Error>,
) -> impl Fn(Cancelled) -> Result<Option<Error>> {
    move |cancelled| Ok(cancelled.at.and_then(&refusal))
}

impl Store {
    /// The caller's right to hand things in for an organisation, and the answer
    /// to the same call if it came before, in one batch.
    pub(crate) async fn rights_and_replay(
        &self,
        caller: &UserCaller,
        organisation: OrganisationId,
        idempotency: Option<&Idempotency>,
    ) -> Result<(Organisation<CanSubmit>, Replay)> {
        let mut keys = access::organisation_keys(caller, organisation);
        keys.extend(idempotency.map(Idempotency::key));
        let mut found = self.table.get_all(&keys).await?;
        let handle = self.organisation_handle(caller, organisation, &mut found)?;
        let replay = match idempotency {
            None => Replay::None,
            Some(call) => call.replay(found.remove(&call.key()), self.ids.now())?,
        };
        Ok((handle, replay))
    }

    /// Writes what is drawn up together with its answer, all or nothing. A call
    /// that came in between with the same key gives its answer instead.
    pub(crate) async fn write_first(
        &self,
        idempotency: Option<&Idempotency>,
        mut writes: Vec<TransactWriteItem>,
        answer: &str,
    ) -> Result<Wrote> {
        let now = self.ids.now();
        // It comes first, so that it is what is told of where more is refused:
        // the same call refuses itself everything else.
        if let Some(call) = idempotency {
            let (item, condition) = call.record(answer.to_owned(), now)?;
            writes.insert(0, self.table.put_if(item, condition)?);
        }
        let records = usize::from(idempotency.is_some());
        match (self.table.transact(writes).await?, idempotency) {
            (Ok(()), _) => Ok(Wrote::Done),
            (Err(cancelled), Some(call)) if cancelled.at == Some(0) => {
                match call.replay(cancelled.item, now)? {
                    Replay::Same(answer) => Ok(Wrote::Same(answer)),
                    Replay::None => Ok(Wrote::Refused(Cancelled { at: None, item: None })),
                }
            }
            (Err(Cancelled { at, item }), _) => {
                Ok(Wrote::Refused(Cancelled { at: at.map(|at| at - records), item }))
            }
        }
    }

    /// Writes what is drawn up together with its answer, all or nothing, and
    /// draws it up again where a number was taken or another transaction was in
    /// the way. A call that came in between with the same key gives its answer
    /// instead.
    pub(crate) async fn write_once(
        &self,
        idempotency: Option<&Idempotency>,
        draw_up: impl Fn(Timestamp) -> Result<(Vec<TransactWriteItem>, String)>,
    ) -> Result<String> {
        self.write_once_unless(idempotency, draw_up, |_| Ok(None)).await
    }

    /// The same, where it may be for good that a write is refused: its place is
    /// that among the writes drawn up.
    pub(crate) async fn write_once_unless(
        &self,
        idempotency: Option<&Idempotency>,
        draw_up: impl Fn(Timestamp) -> Result<(Vec<TransactWriteItem>, String)>,
        refusal: impl Fn(Cancelled) -> Result<Option<Error>>,
    ) -> Result<String> {
        const TRIES: u32 = 5;
        for attempt in 0..TRIES {
            let (writes, answer) = draw_up(self.ids.now())?;
            match self.write_first(idempotency, writes, &answer).await? {
                Wrote::Done => return Ok(answer),
                Wrote::Same(answer) => return Ok(answer),
                Wrote::Refused(cancelled) => match refusal(cancelled)? {
                    Some(refusal) => return Err(refusal),
                    None => self.pause(attempt).await?,
                },
            }
        }
        Err(Error::internal("what was handed in could not be written in five tries"))
    }
}
