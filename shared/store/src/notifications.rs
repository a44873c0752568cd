//! A provider's notifications: their rows, the keys that are unique among
//! them, and when they come due.

use std::collections::HashMap;

use attesta_identity::ProviderCaller;
use attesta_model::{
    Error, NewNotification, Notification, NotificationChange, NotificationId, Problem, Provider,
    ProviderId, Reason, Result,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use serde::{Deserialize, Serialize};

use crate::access::{self, OwnNotification, OwnProvider};
use crate::keys::{self, Counted};
use crate::listing::{Compare, ListPage, ListQuery, Listed, Row, Sortable};
use crate::patterns;
use crate::table::{Condition, Item, Query, Sort, from_item, to_item};
use crate::{Due, DueRow, Store};

/// How often a write is tried while others write the same.
const TRIES: u32 = 8;
/// The places of row and key among the writes of a change.
const ROW: Option<usize> = Some(0);
const KEY: Option<usize> = Some(1);

/// Whose a key is.
#[derive(Debug, Serialize, Deserialize)]
struct KeyItem {
    id: NotificationId,
}

/// What became of a change.
enum Tried {
    /// The notification as it is now.
    Done(Notification),
    /// It had changed meanwhile, to this, or was deleted.
    Stale(Option<Item>),
    /// Another has the key.
    Taken,
    /// Another transaction was in the way.
    Busy,
}

impl Store {
    /// Makes a notification, or changes the one that has the key.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], and [`Error::Invalid`] for too much
    /// info.
    pub async fn put_notification(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        new: NewNotification,
    ) -> Result<Notification> {
        for attempt in 0..TRIES {
            let (own, row) = self.notification_by_key(caller, provider, &new.key).await?;
            let tried = match row {
                Some(row) => self.try_change(&row, new.clone().into()).await?,
                None => self.try_new(&own, new.clone()).await?,
            };
            match tried {
                Tried::Done(row) => return Ok(row),
                Tried::Stale(_) | Tried::Taken | Tried::Busy => self.pause(attempt).await?,
            }
        }
        Err(busy())
    }

    /// Changes a notification, whoever else does in between.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a key that another has or for too much info,
    /// [`Error::NotFound`] once it is deleted.
    pub async fn change_notification(
        &self,
        own: OwnNotification,
        change: NotificationChange,
    ) -> Result<Notification> {
        let mut row = own.row().clone();
        for attempt in 0..TRIES {
            match self.try_change(&row, change.clone()).await? {
                Tried::Done(row) => return Ok(row),
                Tried::Taken => return Err(taken()),
                Tried::Stale(item) => row = from_item(item.ok_or_else(Error::not_found)?)?,
                Tried::Busy => {}
            }
            self.pause(attempt).await?;
        }
        Err(busy())
    }

    /// Deletes a notification. What is filed to come due of it counts no more.
    ///
    /// # Errors
    /// [`Error::NotFound`] once it is deleted.
    pub async fn delete_notification(&self, own: OwnNotification) -> Result<()> {
        let mut row = own.row().clone();
        for attempt in 0..TRIES {
            let writes = vec![
                self.table.delete_if(&place(&row), Condition::version(row.version))?,
                self.table.delete_if(&key_place(&row), Condition::default())?,
                self.count_notification(&row, -1)?,
            ];
            match self.table.transact(writes).await? {
                Ok(()) => return Ok(()),
                Err(cancelled) if cancelled.at == ROW => {
                    row = from_item(cancelled.item.ok_or_else(Error::not_found)?)?;
                }
                Err(_) => {}
            }
            self.pause(attempt).await?;
        }
        Err(busy())
    }

    /// The notifications of the caller's own provider.
    ///
    /// # Errors
    /// Those of [`Store::own_provider`], and [`Error::Refused`] for a page too
    /// far in to be walked to.
    pub async fn own_notifications(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        query: &ListQuery,
    ) -> Result<ListPage<Notification>> {
        let partition = keys::provider_notifications(caller.provider_id);
        let listed = Listed {
            query: Query::table(partition, Sort::Any),
            place: keys::notification_in_provider,
        };
        self.list(listed, query, self.own_count(caller, provider, Counted::Notifications)).await
    }

    /// Those of some notifications that are there, in their providers; a row
    /// that can't be read is an error of its own.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn notifications(
        &self,
        ids: &[(ProviderId, NotificationId)],
    ) -> Result<HashMap<NotificationId, Result<Notification>>> {
        let keys: HashMap<_, _> =
            ids.iter().map(|(provider, id)| (keys::notification(*provider, *id), *id)).collect();
        let wanted: Vec<_> = keys.keys().cloned().collect();
        let items = self.table.get_all(&wanted).await?;
        Ok(items.into_iter().map(|(key, item)| (keys[&key], from_item(item))).collect())
    }

    /// Those of some providers that are there; one that can't be read is an
    /// error of its own.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn providers(
        &self,
        ids: &[ProviderId],
    ) -> Result<HashMap<ProviderId, Result<Provider>>> {
        let keys: HashMap<_, _> = ids.iter().map(|id| (keys::provider(*id), *id)).collect();
        let wanted: Vec<_> = keys.keys().cloned().collect();
        let items = self.table.get_all(&wanted).await?;
        Ok(items.into_iter().map(|(key, item)| (keys[&key], from_item(item))).collect())
    }

    /// Checks the caller, and finds the notification that has a key.
    async fn notification_by_key(
        &self,
        caller: &ProviderCaller,
        provider: &str,
        key: &str,
    ) -> Result<(OwnProvider, Option<Notification>)> {
        let [own, credential] = access::provider_keys(caller);
        let wanted = keys::notification_key(caller.provider_id, key);
        let [own, credential, holder] = self.table.get_many([own, credential, wanted]).await?;
        let own = self.provider_handle(caller, provider, [own, credential])?;
        let Some(holder) = holder else { return Ok((own, None)) };
        let KeyItem { id } = from_item(holder)?;
        let [row] = self.table.get_many([keys::notification(caller.provider_id, id)]).await?;
        Ok((own, row.map(from_item).transpose()?.filter(|row: &Notification| row.key == key)))
    }

    async fn try_new(&self, own: &OwnProvider, new: NewNotification) -> Result<Tried> {
        let id = NotificationId::new(self.ids.integer()?).ok_or_else(|| Error::internal("id"))?;
        let row = Notification::new(id, own.provider().id, new, self.ids.now())?;
        let writes = vec![
            self.table.put_new(item(&row)?)?,
            self.table.put_new(key_item(&row)?)?,
            self.count_notification(&row, 1)?,
            self.file_due(&due(&row))?,
        ];
        Ok(match self.table.transact(writes).await? {
            Ok(()) => Tried::Done(row),
            Err(cancelled) if cancelled.at == KEY => Tried::Taken,
            Err(_) => Tried::Busy,
        })
    }

    async fn try_change(&self, row: &Notification, change: NotificationChange) -> Result<Tried> {
        let Some(next) = row.changed(change, self.ids.now())? else {
            return Ok(Tried::Done(row.clone()));
        };
        let mut writes = vec![self.table.put_if(item(&next)?, Condition::version(row.version))?];
        if next.key != row.key {
            writes.push(self.table.put_new(key_item(&next)?)?);
            writes.push(self.table.delete_if(&key_place(row), Condition::default())?);
        }
        if next.generation != row.generation {
            writes.push(self.file_due(&due(&next))?);
        }
        Ok(match self.table.transact(writes).await? {
            Ok(()) => Tried::Done(next),
            Err(cancelled) if cancelled.at == ROW => Tried::Stale(cancelled.item),
            Err(cancelled) if cancelled.at == KEY => Tried::Taken,
            Err(_) => Tried::Busy,
        })
    }

    fn count_notification(&self, row: &Notification, by: i64) -> Result<TransactWriteItem> {
        let shard = keys::count_shard(row.id.get());
        let key = keys::count(row.provider_id, Counted::Notifications, shard);
        self.table.add_to(&key, "count", by)
    }
}

fn place(row: &Notification) -> keys::Key {
    keys::notification(row.provider_id, row.id)
}

fn key_place(row: &Notification) -> keys::Key {
    keys::notification_key(row.provider_id, &row.key)
}

fn item(row: &Notification) -> Result<Item> {
    to_item(patterns::NOTIFICATION, place(row), row)
}

fn key_item(row: &Notification) -> Result<Item> {
    to_item(patterns::NOTIFICATION_KEY, key_place(row), &KeyItem { id: row.id })
}

/// When a notification is first due.
fn due(row: &Notification) -> DueRow {
    let due = Due::Notification {
        provider_id: row.provider_id,
        notification_id: row.id,
        generation: row.generation,
    };
    DueRow { at: row.due_at, due }
}

fn taken() -> Error {
    let text = "The fields provider_id, key must make a unique set.".to_owned();
    Error::Invalid(vec![Problem { field: None, reason: Reason::Rule(text) }])
}

fn busy() -> Error {
    Error::Conflict {
        code: "busy",
        message: "The notification is being changed by others; try again.".to_owned(),
    }
}

impl Row for Notification {
    fn number(&self) -> u64 {
        self.id.get()
    }
}

impl Sortable for Notification {
    const FIELDS: &'static [(&'static str, Compare<Self>)] = &[
        ("key", |a, b| a.key.cmp(&b.key)),
        ("when", |a, b| a.when.cmp(&b.when)),
        ("created_at", |a, b| a.created_at.cmp(&b.created_at)),
        ("updated_at", |a, b| a.updated_at.cmp(&b.updated_at)),
    ];

    fn texts(&self) -> Vec<String> {
        vec![self.key.clone()]
    }
}
