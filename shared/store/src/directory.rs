//! What the user pool is to follow, an organisation's people at a time.

use attesta_model::{DirectoryJob, Error, OrganisationId, Profile, Result, User, UserId};

use crate::table::{Query, Sort, from_item};
use crate::{Store, keys};

/// So many people are seen to in one go.
const PAGE: i32 = 25;

/// Some of an organisation's people.
#[derive(Debug, Clone)]
pub struct PeoplePage {
    /// The users.
    pub users: Vec<User>,
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
        let wanted: Vec<_> = profiles.iter().map(|profile| keys::user(profile.user_id)).collect();
        let users = self.table.get_all(&wanted).await?.into_values();
        let last = profiles.last().map(|profile| profile.user_id).filter(|_| page.last.is_some());
        Ok(PeoplePage { users: users.map(from_item).collect::<Result<_>>()?, last })
    }

    /// Has the rest of an organisation's people seen to, if there is any.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn sync_on(&self, organisation_id: OrganisationId, done: &PeoplePage) -> Result<()> {
        match done.last {
            None => Ok(()),
            after => self.queue_job(DirectoryJob::Sync { organisation_id, after }).await,
        }
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
