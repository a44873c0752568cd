//! Machines that call, and staff who look after them.

use std::future::ready;

use attesta_identity::{MachineCaller, MachineKey, UserCaller};
use attesta_model::{CredentialId, Error, Machine, Organisation, Result, Scope, Scopes};
use jiff::SignedDuration;
use tokio::{join, try_join};

use super::staff::{credential_id, staff_handle};
use super::{Managed, REVOKED, StaffRight};
use crate::attempts::attempts_of;
use crate::audit::{Actor, note_caller};
use crate::credential::{Credential, INVALID};
use crate::table::{Item, from_item};
use crate::{Store, keys};

/// Failing tries at signing in count in windows of this length.
const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// Failing tries at one client from one source in a window.
const BY_CLIENT_AND_SOURCE: u32 = 10;
/// Failing tries at any client from one source in a window.
const BY_SOURCE: u32 = 100;

/// A machine client that was found to have the scope asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineClient {
    id: CredentialId,
    machine: Machine,
}

impl MachineClient {
    /// The client.
    #[must_use]
    pub const fn id(&self) -> CredentialId {
        self.id
    }

    /// As what it acts, and for whom.
    #[must_use]
    pub const fn machine(&self) -> Machine {
        self.machine
    }
}

/// A machine client that has just proved to be itself, and may have a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedInClient {
    /// The client.
    pub id: CredentialId,
    /// As what it acts, and for whom.
    pub machine: Machine,
    /// What a token of it may be good for.
    pub scopes: Scopes,
}

impl Store {
    /// The machine client that calls, if it still counts and has a scope. By a
    /// token that takes one round, since the token tells the organisation. A
    /// key that nobody has costs what a wrong secret costs.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the credential or its organisation
    /// counts no more, or the token says something else of it than the table,
    /// [`Error::Forbidden`] where credential or token lacks the scope.
    pub async fn machine(&self, caller: &MachineCaller, scope: Scope) -> Result<MachineClient> {
        let nothing = |_| ready(Ok(()));
        self.machine_beside(caller, scope, nothing).await.map(|(client, ())| client)
    }

    /// The same, and what is looked up beside it as soon as it is known for whom
    /// the machine would act: what it comes to counts only once the machine was
    /// found to be what it says. A key is compared before.
    pub(crate) async fn machine_beside<T, F>(
        &self,
        caller: &MachineCaller,
        scope: Scope,
        beside: impl FnOnce(Machine) -> F,
    ) -> Result<(MachineClient, T)>
    where
        F: Future<Output = Result<T>>,
    {
        let (credential, machine, has_scope, found) = match caller {
            MachineCaller::Token { credential_id, machine, scopes } => {
                let credential = self.credential_of_token(*credential_id, *machine);
                let (credential, found) = join!(credential, beside(*machine));
                (credential?, *machine, scopes.contains(scope), found)
            }
            MachineCaller::Key(key) => {
                let [item] = self.table.get_many([keys::credential(key.id)]).await?;
                let credential = Credential::unlocked(item, &key.secret, self.ids.now())?;
                let machine = credential.machine().ok_or(INVALID)?;
                let (is_live, found) = join!(self.check_organisation(machine), beside(machine));
                is_live?;
                self.note_use(&credential).await;
                (credential, machine, true, found)
            }
        };
        let client = MachineClient { id: credential.id, machine };
        note_caller(Actor::Machine { id: client.id }, machine.organisation_id());
        if has_scope && credential.scopes.contains(scope) {
            Ok((client, found?))
        } else {
            Err(Error::forbidden())
        }
    }

    async fn credential_of_token(&self, id: CredentialId, machine: Machine) -> Result<Credential> {
        let organisation = machine.organisation_id().map(keys::organisation);
        let wanted = [Some(keys::credential(id)), organisation].into_iter().flatten().collect();
        let mut found = self.table.get_each(wanted).await?.into_iter();
        let credential: Credential = from_item(found.next().flatten().ok_or(REVOKED)?)?;
        let counts = credential.machine() == Some(machine)
            && credential.is_live(self.ids.now())
            && acts_for_the_living(machine, found.next().flatten())?;
        counts.then_some(credential).ok_or(REVOKED)
    }

    /// Signs a machine client in by its key, so that it gets a token. Failing
    /// tries count by client and source, so that a stranger elsewhere can't
    /// lock anybody out, and by source; the counts come with the credential, in
    /// one read.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], whatever it was that didn't fit,
    /// [`Error::Throttled`] after too many failing tries, whatever the key, and
    /// [`Error::Forbidden`] for a provider, who signs in elsewhere.
    pub async fn sign_in_client(&self, key: &MachineKey, source: &str) -> Result<SignedInClient> {
        const WHAT: &str = "client";
        let both = format!("{source}|{}", key.id);
        let (by_both, _) = self.attempts_key(WHAT, &both, WINDOW);
        let (by_source, _) = self.attempts_key(WHAT, source, WINDOW);
        let wanted = [keys::credential(key.id), by_both, by_source];
        let [item, by_both, by_source] = self.table.get_many(wanted).await?;
        if attempts_of(by_both)? >= BY_CLIENT_AND_SOURCE || attempts_of(by_source)? >= BY_SOURCE {
            return Err(Error::Throttled { retry_after_seconds: 60 });
        }
        let credential = match Credential::unlocked(item, &key.secret, self.ids.now()) {
            Err(refusal @ Error::Unauthenticated(_)) => {
                try_join!(
                    self.count_attempt(WHAT, &both, WINDOW),
                    self.count_attempt(WHAT, source, WINDOW),
                )?;
                return Err(refusal);
            }
            credential => credential?,
        };
        const ELSEWHERE: Error = Error::Forbidden("A provider signs in at /api/v2/auth/approle.");
        let machine = credential.machine().ok_or(ELSEWHERE)?;
        self.check_organisation(machine).await?;
        self.note_use(&credential).await;
        Ok(SignedInClient { id: credential.id, machine, scopes: credential.scopes })
    }

    /// Refuses a machine whose organisation may do nothing any more.
    async fn check_organisation(&self, machine: Machine) -> Result<()> {
        let Some(id) = machine.organisation_id() else { return Ok(()) };
        let [organisation] = self.table.get_many([keys::organisation(id)]).await?;
        acts_for_the_living(machine, organisation)?.then_some(()).ok_or(INVALID)
    }

    /// A machine client's credential.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`], also where it is a
    /// provider's.
    pub async fn managed_client<R: StaffRight>(
        &self,
        caller: &UserCaller,
        id: &str,
    ) -> Result<Managed<Credential, R>> {
        let wanted = [keys::user(caller.user_id), keys::credential(credential_id(id)?)];
        let [user, credential] = self.table.get_many(wanted).await?;
        let staff = staff_handle(caller, user)?;
        let credential: Option<Credential> = credential.map(from_item).transpose()?;
        let client = credential.filter(|credential| credential.machine().is_some());
        Ok(Managed::new(client.ok_or_else(Error::not_found)?, &staff))
    }
}

/// Whether a machine acts for the platform, or for an organisation that may act
/// itself, by the item under the organisation's key.
fn acts_for_the_living(machine: Machine, organisation: Option<Item>) -> Result<bool> {
    if machine.organisation_id().is_none() {
        return Ok(true);
    }
    let organisation: Option<Organisation> = organisation.map(from_item).transpose()?;
    Ok(organisation.is_some_and(|organisation| organisation.status.is_live()))
}
