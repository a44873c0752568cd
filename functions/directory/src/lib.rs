//! The user pool follows the table: jobs come from their queue, each may come
//! twice, and what can't be done now is shown again until it is.

use std::sync::Arc;

use attesta_cognito::{Address, NewUser, PoolStatus, PoolUser, UserPool, Welcome};
use attesta_model::{DirectoryJob, Error, Result, Staff, Status, User, UserId};
use attesta_runtime::{each_message, read_message};
use attesta_store::Store;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use secrecy::SecretString;

/// The group of all staff, and of those of them who may look alone.
const STAFF: &str = "admin";
const READERS: &str = "admin-readonly";

/// What jobs are done with.
#[derive(Debug, Clone)]
pub struct App {
    /// The table.
    pub store: Store,
    /// The pool of customers and staff.
    pub pool: Arc<UserPool>,
}

/// Does a batch of jobs, each for itself.
///
/// # Errors
/// None of its own: every failure is one job's.
pub async fn handle(app: &App, event: SqsEvent) -> Result<SqsBatchResponse> {
    let work = |message: SqsMessage| {
        let app = app.clone();
        async move { app.work(&message).await }
    };
    Ok(each_message(event, work).await)
}

impl App {
    async fn work(&self, message: &SqsMessage) -> Result<()> {
        let job: DirectoryJob = read_message("a job", message.body.as_deref().unwrap_or_default())?;
        match job {
            DirectoryJob::Enter { user_id, welcome } => self.enter(user_id, welcome).await,
            DirectoryJob::Invite { user_id } => self.invite(user_id).await,
            DirectoryJob::SignOut { user_id } => {
                self.pool.sign_out_everywhere(&user_id.to_string()).await
            }
            DirectoryJob::Remove { user_id } => self.pool.delete_user(&user_id.to_string()).await,
            DirectoryJob::Sync { organisation_id, after } => {
                let page = self.store.people_to_sync(organisation_id, after).await?;
                for user in &page.users {
                    self.follow(user).await?;
                }
                self.store.sync_on(organisation_id, &page).await
            }
        }
    }

    async fn enter(&self, id: UserId, welcome: Welcome) -> Result<()> {
        let Some(user) = self.kept(id).await? else { return Ok(()) };
        let made = self.made(&user, welcome).await?;
        if welcome == Welcome::Silent && made.status == PoolStatus::MustChangePassword {
            let password = self.made_up_password()?;
            self.pool.admin_set_password(&made.username, &password).await?;
        }
        self.join(&made.username, user.staff).await
    }

    async fn invite(&self, id: UserId) -> Result<()> {
        let Some(user) = self.kept(id).await? else { return Ok(()) };
        let Some(there) = self.pool.user(&id.to_string()).await? else {
            return self.made(&user, Welcome::Invite).await.map(drop);
        };
        if there.status == PoolStatus::MustChangePassword {
            self.pool.resend_invitation(&there.username).await?;
        }
        Ok(())
    }

    /// Has the pool have a user as the table has them.
    async fn follow(&self, user: &User) -> Result<()> {
        match self.pool.update_user(&entry(user, Welcome::Silent)).await {
            Err(Error::NotFound(_)) => self.enter(user.id, Welcome::Silent).await,
            outcome => {
                outcome?;
                self.join(&user.id.to_string(), user.staff).await
            }
        }
    }

    /// A user whom the pool is to have.
    async fn kept(&self, id: UserId) -> Result<Option<User>> {
        let user = self.store.user(id).await?;
        Ok(user.filter(|user| user.status != Status::Deleted))
    }

    /// Makes a user in the pool, as far as they are not there, and keeps what it
    /// calls them.
    async fn made(&self, user: &User, welcome: Welcome) -> Result<PoolUser> {
        let made = self.pool.create_user(entry(user, welcome)).await?;
        let subject = made.sub.parse().map_err(Error::internal)?;
        self.store.note_subject(user.id, subject).await?;
        Ok(made)
    }

    /// Puts somebody into the groups that they belong to, and no others.
    async fn join(&self, username: &str, staff: Option<Staff>) -> Result<()> {
        for (group, belongs) in
            [(STAFF, staff.is_some()), (READERS, staff == Some(Staff::ReadOnly))]
        {
            match belongs {
                true => self.pool.join_group(username, group).await?,
                false => self.pool.leave_group(username, group).await?,
            }
        }
        Ok(())
    }

    /// A password that meets the pool's policy and that nobody is ever told.
    fn made_up_password(&self) -> Result<SecretString> {
        let random = self.store.ids().random::<32>()?;
        let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("Aa1{digits}").into())
    }
}

/// A user as the pool is to have them.
fn entry(user: &User, welcome: Welcome) -> NewUser {
    let address = |value: String| Address { value, verified: true };
    NewUser {
        id: user.id,
        email: user.email.clone().map(address),
        phone: user.phone.clone().map(address),
        given_name: user.given_name.clone(),
        family_name: user.family_name.clone(),
        welcome,
    }
}
