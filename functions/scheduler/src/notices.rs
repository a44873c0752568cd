//! Telling providers what they asked to be told.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use attesta_messaging::{Delayed, send_all};
use attesta_model::{Notification, NotificationId, Provider, ProviderId, REPEATED, Result};
use attesta_store::{Due, DueRow, Store, Task};
use aws_sdk_sqs::Client;
use jiff::Timestamp;

use crate::due::{COMING, Fate};

/// The task that tells a provider.
const NOTIFY_TASK: &str = "tesla_ce.tasks.notification.providers.provider_notify";

/// Notifications on their way, and the providers that were looked up for them.
pub(crate) struct Notices<'a> {
    store: &'a Store,
    queues: &'a Client,
    now: Timestamp,
    providers: HashMap<ProviderId, Option<Result<Provider>>>,
}

/// A row of a notification.
#[derive(Debug, Clone, Copy)]
struct Asked {
    row: DueRow,
    provider: ProviderId,
    id: NotificationId,
    generation: u32,
}

impl<'a> Notices<'a> {
    pub(crate) fn new(store: &'a Store, queues: &'a Client, now: Timestamp) -> Self {
        Self { store, queues, now, providers: HashMap::new() }
    }

    /// Tells what is due among some rows: what becomes of those that are of
    /// notifications.
    pub(crate) async fn tell(&mut self, rows: &[DueRow]) -> Result<HashMap<DueRow, Fate>> {
        let asked: Vec<_> = rows.iter().filter_map(asked).collect();
        if asked.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: HashSet<_> = asked.iter().map(|asked| (asked.provider, asked.id)).collect();
        let found = self.store.notifications(&Vec::from_iter(ids)).await?;
        self.look_up(&asked).await?;

        let mut fates = HashMap::with_capacity(asked.len());
        let mut tasks: HashMap<NotificationId, Delayed> = HashMap::new();
        for one in &asked {
            let fate = match self.judge(one, found.get(&one.id)) {
                Ok((notification, provider)) => {
                    // Another row of the same may have come first.
                    if let Entry::Vacant(first) = tasks.entry(one.id) {
                        first.insert(self.task(one, provider)?);
                    }
                    Fate::Again(self.next(one, notification))
                }
                Err(fate) => fate,
            };
            fates.insert(one.row, fate);
        }
        let unsent = send_all(self.queues, tasks.values().cloned().collect()).await;
        for one in &asked {
            if tasks.get(&one.id).is_some_and(|sent| unsent.contains(&sent.task.id))
                && let Some(fate @ Fate::Again(_)) = fates.get_mut(&one.row)
            {
                *fate = Fate::PutOff(self.now + COMING);
            }
        }
        Ok(fates)
    }

    /// Looks up those providers that were not yet.
    async fn look_up(&mut self, asked: &[Asked]) -> Result<()> {
        let unknown = asked.iter().map(|one| one.provider);
        let unknown: HashSet<_> = unknown.filter(|id| !self.providers.contains_key(id)).collect();
        let mut found = self.store.providers(&Vec::from_iter(unknown.clone())).await?;
        for id in unknown {
            let provider = found.remove(&id);
            if let Some(Err(error)) = &provider {
                tracing::error!(%error, provider = id.get(), "unreadable");
            }
            self.providers.insert(id, provider);
        }
        Ok(())
    }

    /// Whom a row tells what, or what else becomes of it.
    fn judge<'b>(
        &'b self,
        one: &Asked,
        found: Option<&'b Result<Notification>>,
    ) -> Result<(&'b Notification, &'b Provider), Fate> {
        let much_later = Fate::PutOff(self.now + COMING + REPEATED);
        let notification = match found {
            None => return Err(Fate::Dropped),
            Some(Ok(notification)) if notification.generation == one.generation => notification,
            Some(Ok(_)) => return Err(Fate::Dropped),
            Some(Err(error)) => {
                tracing::error!(%error, notification = one.id.get(), "unreadable");
                return Err(much_later);
            }
        };
        match self.providers.get(&one.provider).and_then(Option::as_ref) {
            None => Err(Fate::Dropped),
            Some(Ok(provider)) if provider.deleted_at.is_some() => Err(Fate::Dropped),
            Some(Ok(provider)) if provider.enabled => Ok((notification, provider)),
            Some(Ok(_)) => Err(Fate::PutOff(self.next(one, notification))),
            Some(Err(_)) => Err(much_later),
        }
    }

    /// When a row comes again: not in this run.
    fn next(&self, one: &Asked, notification: &Notification) -> Timestamp {
        notification.next_after(one.row.at.max(self.now + COMING))
    }

    fn task(&self, one: &Asked, provider: &Provider) -> Result<Delayed> {
        let task = Task {
            id: self.store.ids().uuid()?.to_string(),
            name: NOTIFY_TASK.to_owned(),
            queue: provider.queue.clone(),
            queue_url: provider.queue_url.clone(),
            args: format!("[{}]", one.id),
        };
        // Never before its time.
        let left = one.row.at.duration_since(self.store.ids().now()).as_micros();
        let seconds = u64::try_from(left).unwrap_or_default().div_ceil(1_000_000);
        let seconds = i32::try_from(seconds).unwrap_or(i32::MAX);
        Ok(Delayed { task, seconds })
    }
}

fn asked(row: &DueRow) -> Option<Asked> {
    let Due::Notification { provider_id, notification_id, generation } = row.due else {
        return None;
    };
    Some(Asked { row: *row, provider: provider_id, id: notification_id, generation })
}
