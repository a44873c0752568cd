//! Links that sign somebody in, once.
//!
//! A link is a secret that its user alone is sent. Asking for one looks the
//! same whoever it is for, and whether or not anything is sent: the same calls,
//! the same cost.

use std::collections::{BTreeMap, HashMap};

use attesta_identity::Secret;
use attesta_model::{Error, Message, Notice, Redirect, Result, User, UserId};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::outbox::OutboxRow;
use crate::table::{Condition, Item, Written, from_item, to_item};
use crate::{Store, keys, patterns};

/// The start of every link's secret.
pub const LINK_PREFIX: &str = "atl";

/// So long a link leads somewhere.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// So many of a user's links do at most.
const MOST_LIVE: usize = 3;
/// So long a user is sent no other.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// So many links a user is sent in a day, whoever asks.
const A_DAY: u32 = 50;
/// So often it is tried where something else happens to the links.
const TRIES: u32 = 4;

/// Whose a link is.
#[derive(Debug, Serialize, Deserialize)]
struct Owner {
    user_id: UserId,
    expires_at: Timestamp,
    ttl: i64,
}

/// A user's links.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Links {
    /// What the user pool calls the user.
    subject: Uuid,
    /// Until when each leads somewhere, in milliseconds since 1970, by the hash
    /// of its secret.
    live: BTreeMap<String, i64>,
    /// When the last one was sent.
    sent_at: Timestamp,
    /// The day, counted from 1970, on which the next number were.
    day: i64,
    sent: u32,
    version: u32,
    ttl: i64,
}

/// How often links for a user were asked for from where this one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Seldom enough.
    Seldom,
    /// So often that nothing is sent.
    TooOften,
}

impl Store {
    /// Sends a user a link to where it may lead, unless there is no such user,
    /// or they are not to be sent any now; that does not show.
    ///
    /// # Errors
    /// When the table can't be read or written.
    pub async fn send_link(
        &self,
        user: Option<UserId>,
        redirect: &Redirect,
        asked: Asked,
    ) -> Result<()> {
        let user = user.unwrap_or(UserId(Uuid::nil()));
        for attempt in 0..TRIES {
            let wanted = [keys::user(user), keys::user_links(user)];
            let found = self.table.get_many(wanted).await?;
            let writes = self.link_writes(found, redirect, asked)?;
            if self.table.transact(writes).await?.is_ok() {
                return Ok(());
            }
            self.pause(attempt).await?;
        }
        Err(Error::internal("a link could not be made in four tries"))
    }

    /// Three writes: whose the link is, the user's links, and what goes out.
    /// Where nothing is to be sent the first two are about nobody, and the last
    /// is empty.
    fn link_writes(
        &self,
        [user, links]: [Option<Item>; 2],
        redirect: &Redirect,
        asked: Asked,
    ) -> Result<Vec<TransactWriteItem>> {
        let now = self.ids.now();
        let user: Option<User> = user.map(from_item).transpose()?;
        let links: Option<Links> = links.map(from_item).transpose()?;
        let links = links.unwrap_or_default();
        let may = asked == Asked::Seldom && links.may_be_sent(now);
        let reached = user.as_ref().filter(|_| may).and_then(reach);
        let secret = Secret::new(LINK_PREFIX, &self.ids.random()?);
        let expires_at = now + LIFETIME;
        let mut row = OutboxRow::new(self.ids.integer()?, now);
        let (id, subject, links) = match reached {
            Some((id, subject, phone)) => {
                let link = redirect.with_fragment(secret.expose());
                let notice = Notice::MagicLink { phone: phone.to_owned(), link, expires_at };
                row.messages.push(Message { id: self.ids.uuid()?, notice });
                (id, subject, links)
            }
            None => (UserId(self.ids.uuid()?), self.ids.uuid()?, Links::default()),
        };
        let condition = match links.version {
            0 => Condition::is_new(),
            version => Condition::version(version),
        };
        let links = links.with(&secret, subject, expires_at, now);
        let owner = Owner { user_id: id, expires_at, ttl: expires_at.as_second() };
        let owner = to_item(patterns::LINK, keys::link(secret.lookup_id()), &owner)?;
        Ok(vec![
            self.table.put_new(owner)?,
            self.table
                .put_if(to_item(patterns::LINKS, keys::user_links(id), &links)?, condition)?,
            self.put_outgoing(&row)?,
        ])
    }

    /// Whose a link is, if it may still lead somewhere: whether it was used is
    /// for [`Store::redeem`] to say.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn link_owner(&self, secret: &Secret) -> Result<Option<UserId>> {
        let [owner] = self.table.get_many([keys::link(secret.lookup_id())]).await?;
        let owner: Option<Owner> = owner.map(from_item).transpose()?;
        let live = owner.filter(|owner| self.ids.now() < owner.expires_at);
        Ok(live.map(|owner| owner.user_id))
    }

    /// Uses a link up, and with it every other of the user's; whether it was
    /// good. However many try at the same time, one is told so.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn redeem(&self, user: UserId, subject: Uuid, secret: &Secret) -> Result<bool> {
        let is_good = "#l.#h > :now AND #s = :s";
        let now = AttributeValue::N(self.ids.now().as_millisecond().to_string());
        let condition = Condition { expression: Some(is_good.to_owned()), ..Condition::default() }
            .name("#l", "live")
            .name("#h", secret.hash().as_str())
            .name("#s", "subject")
            .name("#v", "version")
            .value(":s", AttributeValue::S(subject.to_string()))
            .value(":now", now)
            .value(":none", AttributeValue::M(HashMap::new()))
            .value(":one", AttributeValue::N("1".to_owned()));
        let change = "SET #l = :none ADD #v :one";
        let updated = self.table.update(&keys::user_links(user), change, condition).await?;
        Ok(matches!(updated, Written::Done))
    }
}

/// Somebody whom a link can be sent to, and may sign in: what the user pool
/// calls them, and their phone.
fn reach(user: &User) -> Option<(UserId, Uuid, &str)> {
    let may = user.status.is_live() && user.staff.is_none();
    may.then_some((user.id, user.subject?, user.phone.as_deref()?))
}

impl Links {
    fn may_be_sent(&self, now: Timestamp) -> bool {
        let is_full = self.day == day(now) && self.sent >= A_DAY;
        now.duration_since(self.sent_at) >= PAUSE && !is_full
    }

    /// The same with one more; the oldest gives way where they are too many.
    fn with(self, secret: &Secret, subject: Uuid, expires_at: Timestamp, now: Timestamp) -> Self {
        // Links bound to whom the user pool called so before lead nowhere.
        let mut live = if self.subject == subject { self.live } else { BTreeMap::new() };
        live.retain(|_, until| *until > now.as_millisecond());
        while live.len() >= MOST_LIVE {
            let oldest = live.iter().min_by_key(|(_, until)| **until);
            let Some(oldest) = oldest.map(|(hash, _)| hash.clone()) else { break };
            live.remove(&oldest);
        }
        live.insert(secret.hash().as_str().to_owned(), expires_at.as_millisecond());
        let day = day(now);
        let before = if self.day == day { self.sent } else { 0 };
        Self {
            subject,
            live,
            sent_at: now,
            day,
            sent: before + 1,
            version: self.version + 1,
            ttl: (now + DAY).as_second(),
        }
    }
}

fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(DAY.as_secs())
}
