//! What the user pool is to follow, an organisation's people at a time.

use attesta_model::{DirectoryJob, Error, OrganisationId, Profile, Result, User, UserId};
use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use serde_json::json;

use crate::table::{Condition, Query, Sort, from_item, stored};
use crate::{Event, OutboxRow, Store, keys};

/// So many people are seen to in one go.
const PAGE: i32 = 25;

/// Some of an organisation's people.
#[derive(Debug, Clone)]
pub struct PeoplePage {
    /// The users.
    pub users: Vec<User>,
    /// What those of them may do whose roles are others than were told last.
    pub changed: Vec<Profile>,
    /// After whom it goes on, if it does.
    pub last: Option<UserId>,
}

impl Store {
    /// The next of an organisation's people that the user pool is to follow.
    ///
    /// # Errors
    /// When the table can't be read.
    pub async fn people_to_sync(
        &self,
        organisation: OrganisationId,
        after: Option<UserId>,
    ) -> Result<PeoplePage> {
        let sort = after.map_or(Sort::Any, |id| Sort::After(keys::person_in_index(id)));
        let query = Query::index(keys::people_of(organisation), sort);
        let page = self.table.query(Query { limit: Some(PAGE), ..query }).await?;
        let profiles: Vec<Profile> =
            page.items.into_iter().map(from_item).collect::<Result<_>>()?;
        let last = profiles.last().map(|profile| profile.user_id).filter(|_| page.last.is_some());
        // The index may lag: what somebody may do is asked of the table.
        let both = |id| [keys::user(id), keys::profile(id, organisation)];
        let wanted: Vec<_> = profiles.iter().flat_map(|one| both(one.user_id)).collect();
        let mut found = self.table.get_all(&wanted).await?;
        let (mut users, mut changed) = (Vec::new(), Vec::new());
        for id in profiles.into_iter().map(|profile| profile.user_id) {
            let user = found.remove(&keys::user(id)).map(from_item).transpose()?;
            let profile = found.remove(&keys::profile(id, organisation));
            let profile: Option<Profile> = profile.map(from_item).transpose()?;
            changed.extend(profile.filter(|one| user.is_some() && one.roles != one.synced_roles));
            users.extend(user);
        }
        Ok(PeoplePage { users, changed, last })
    }

    /// Notes which roles people have and tells their organisation of those that
    /// are others than before, and has the rest of its people seen to, if there
    /// is any: all or nothing, so that each change is told once.
    ///
    /// # Errors
    /// When the table can't be written, or somebody got other roles meanwhile:
    /// it is then done again.
    pub async fn sync_on(&self, organisation_id: OrganisationId, done: &PeoplePage) -> Result<()> {
        const TRIES: u32 = 5;
        if done.changed.is_empty() && done.last.is_none() {
            return Ok(());
        }
        let webhook = match done.changed.is_empty() {
            true => None,
            false => self.webhook(organisation_id).await?,
        };
        let now = self.ids.now();
        let mut events = Vec::new();
        if webhook.is_some() {
            for profile in &done.changed {
                events.push(self.roles_changed(profile, now)?);
            }
        }
        let next = done.last.map(|id| DirectoryJob::Sync { organisation_id, after: Some(id) });
        for attempt in 0..TRIES {
            let mut writes: Vec<_> =
                done.changed.iter().map(|profile| self.synced(profile)).collect::<Result<_>>()?;
            let row = OutboxRow::new(self.ids.integer()?, now);
            let (events, jobs) = (events.clone(), next.clone().into_iter().collect::<Vec<_>>());
            if !events.is_empty() || !jobs.is_empty() {
                writes.push(self.put_outgoing(&OutboxRow { events, jobs, ..row })?);
            }
            match self.table.transact(writes).await? {
                Ok(()) => return Ok(()),
                Err(cancelled) if cancelled.at.is_some_and(|at| at < done.changed.len()) => {
                    return Err(Error::internal("somebody got other roles as they were synced"));
                }
                Err(_) => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("synced roles could not be noted in five tries"))
    }

    /// Notes that others were told of somebody's roles, as long as they have
    /// these and others were told of those.
    fn synced(&self, profile: &Profile) -> Result<TransactWriteItem> {
        let told = match profile.synced_roles.is_empty() {
            true => "(attribute_not_exists(synced_roles) OR synced_roles = :told)",
            false => "synced_roles = :told",
        };
        let condition = Condition::with(&format!("#roles = :roles AND {told}"))
            .name("#roles", "roles")
            .value(":roles", stored(&profile.roles)?)
            .value(":told", stored(&profile.synced_roles)?);
        let key = keys::profile(profile.user_id, profile.organisation_id);
        self.table.update_if(&key, "SET synced_roles = :roles", condition)
    }

    fn roles_changed(&self, profile: &Profile, at: Timestamp) -> Result<Event> {
        let data = json!({
            "user_id": profile.user_id,
            "roles": profile.roles,
            "former_roles": profile.synced_roles,
        });
        Ok(Event {
            id: self.ids.uuid()?,
            organisation_id: profile.organisation_id,
            kind: "user.roles-changed".to_owned(),
            at,
            data: data.to_string(),
        })
    }

    /// Has the user pool follow something that nothing else in the table goes
    /// along with.
    ///
    /// # Errors
    /// When the table can't be written.
    pub(crate) async fn queue_job(&self, job: DirectoryJob) -> Result<()> {
        const TRIES: u32 = 5;
        for attempt in 0..TRIES {
            match self.table.transact(vec![self.put_job(job.clone())?]).await? {
                Ok(()) => return Ok(()),
                Err(_) => self.pause(attempt).await?,
            }
        }
        Err(Error::internal("a job could not be put out in five tries"))
    }
}
