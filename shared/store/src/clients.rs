//! Machine clients, as staff look after them: which there are, another one,
//! another secret.

use std::fmt;
use std::str::FromStr;

use attesta_identity::{Secret, UserCaller};
use attesta_model::{
    CredentialId, Error, Machine, MachineKind, NotKnown, Organisation, OrganisationId, Reason,
    Result, Scopes, Status,
};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio::try_join;

use crate::access::{CanChange, CanRead, Managed, staff_handle};
use crate::catalogue_admin::busy;
use crate::credential::{Credential, CredentialKind, FormerHash};
use crate::idempotency::{Idempotency, Replay};
use crate::table::{Condition, Query, Sort, Written, from_item, stored};
use crate::{Store, keys};

/// The proof that a machine client may be made, and as what.
#[derive(Debug)]
pub struct ClientPlan {
    machine: Machine,
}

/// What staff say of a new machine client.
#[derive(Debug, Clone)]
pub struct NewClient {
    /// What it is called.
    pub name: String,
    /// What may be done with it.
    pub scopes: Scopes,
    /// From when on it counts no more; never, if none.
    pub expires_at: Option<Timestamp>,
}

/// Which machine clients are asked for; all, but for what is said.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClientFilter {
    /// Those of this kind.
    pub kind: Option<MachineKind>,
    /// Those of this organisation.
    pub organisation_id: Option<OrganisationId>,
}

/// A machine client's place in the list of all, by which a page goes on. Its
/// text is a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientPlace {
    machine: Machine,
    id: CredentialId,
}

/// A page of the list of machine clients: by kind, then by organisation, then
/// by age.
#[derive(Debug, Clone)]
pub struct ClientPage {
    /// Their credentials.
    pub clients: Vec<Credential>,
    /// After which one the next page begins; none on the last.
    pub next: Option<ClientPlace>,
}

impl fmt::Display for ClientPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = self.machine.organisation_id().map(|id| id.to_string()).unwrap_or_default();
        write!(f, "{}.{of}.{}", self.machine.kind().name(), self.id)
    }
}

impl FromStr for ClientPlace {
    type Err = NotKnown;

    fn from_str(text: &str) -> Result<Self, NotKnown> {
        let parts: Vec<_> = text.split('.').collect();
        let [kind, of, id] = parts[..] else { return Err(NotKnown) };
        let of = Some(of).filter(|of| !of.is_empty()).map(str::parse).transpose();
        let machine = Machine::new(kind.parse()?, of.map_err(|_| NotKnown)?);
        Ok(Self { machine: machine.ok_or(NotKnown)?, id: id.parse().map_err(|_| NotKnown)? })
    }
}

impl ClientFilter {
    /// The starts of the places of those asked for, in the list's order. An
    /// organisation's are in a part of each kind's.
    fn parts(self) -> Vec<String> {
        let kinds = MachineKind::ALL.into_iter().filter(|kind| kind.is_of_organisation());
        match self {
            Self { kind, organisation_id: None } => vec![keys::clients_in_index(kind, None)],
            Self { kind: None, organisation_id } => {
                kinds.map(|kind| keys::clients_in_index(Some(kind), organisation_id)).collect()
            }
            Self { kind: Some(kind), organisation_id } if kind.is_of_organisation() => {
                vec![keys::clients_in_index(Some(kind), organisation_id)]
            }
            Self { .. } => Vec::new(),
        }
    }
}

/// The places that begin like this and come after a place; `None` where the
/// part is over by then. Between the two bounds lies nothing that begins
/// otherwise: no place has a sign that sorts after `~`, nor goes on behind
/// another's end.
fn range(part: &str, after: Option<&str>) -> Option<Sort> {
    let last = format!("{part}~");
    let first = after.map(|place| format!("{place}#")).unwrap_or_default();
    let first = first.max(part.to_owned());
    (first < last).then_some(Sort::Between(first, last))
}

impl Store {
    /// A page of the machine clients that are asked for.
    ///
    /// # Errors
    /// Those of [`Store::staff`].
    pub async fn clients(
        &self,
        caller: &UserCaller,
        filter: ClientFilter,
        after: Option<ClientPlace>,
        limit: usize,
    ) -> Result<ClientPage> {
        let rows = self.clients_after(filter, after, limit + 1);
        let (_, mut clients) = try_join!(self.staff::<CanRead>(caller), rows)?;
        let has_more = clients.len() > limit;
        clients.truncate(limit);
        let last = clients.last().filter(|_| has_more);
        let place = |last: &Credential| Some(ClientPlace { machine: last.machine()?, id: last.id });
        Ok(ClientPage { next: last.and_then(place), clients })
    }

    /// The parts are read at the same time.
    async fn clients_after(
        &self,
        filter: ClientFilter,
        after: Option<ClientPlace>,
        most: usize,
    ) -> Result<Vec<Credential>> {
        let after = after.map(|place| keys::client_in_index(place.machine, place.id));
        let ranges = filter.parts().into_iter().filter_map(|part| range(&part, after.as_deref()));
        let mut parts = JoinSet::new();
        for (at, sort) in ranges.enumerate() {
            let (table, query) = (self.table.clone(), Query::index(keys::CLIENTS.to_owned(), sort));
            parts.spawn(async move { (at, table.query_up_to(query, most).await) });
        }
        let mut found = parts.join_all().await;
        found.sort_by_key(|(at, _)| *at);
        let mut clients = Vec::new();
        for (_, items) in found {
            for item in items? {
                clients.push(from_item(item)?);
            }
        }
        Ok(clients)
    }

    /// Looks up, in one round, all that a new machine client needs: the
    /// caller's right, the organisation, and whether the same call came before.
    ///
    /// # Errors
    /// Those of [`Store::staff`], [`Error::Invalid`] where there is no such
    /// organisation, [`Error::Conflict`] where the call's key was used before.
    pub async fn plan_client(
        &self,
        caller: &UserCaller,
        machine: Machine,
        idempotency: Option<&Idempotency>,
    ) -> Result<ClientPlan> {
        let user = keys::user(caller.user_id);
        let organisation = machine.organisation_id().map(keys::organisation);
        let earlier = idempotency.map(Idempotency::key);
        let wanted: Vec<_> = [Some(user.clone()), organisation.clone(), earlier.clone()]
            .into_iter()
            .flatten()
            .collect();
        let mut found = self.table.get_all(&wanted).await?;
        staff_handle::<CanChange>(caller, found.remove(&user))?;
        if let (Some(idempotency), Some(earlier)) = (idempotency, earlier)
            && let Replay::Same(id) = idempotency.replay(found.remove(&earlier), self.ids.now())?
        {
            return Err(made_before(&id));
        }
        if let Some(key) = organisation {
            let item = found.remove(&key);
            let known: Option<Organisation> = item.map(from_item).transpose()?;
            let is_there = known.is_some_and(|known| known.status != Status::Deleted);
            let rule = || Reason::Rule("There is no such organisation.".to_owned());
            is_there.then_some(()).ok_or_else(|| Error::field("organisationId", rule()))?;
        }
        Ok(ClientPlan { machine })
    }

    /// Makes a machine client. Its secret is in the answer and nowhere else,
    /// so that the same call again is a conflict which names the client.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the call's key was used meanwhile.
    pub async fn create_client(
        &self,
        plan: &ClientPlan,
        new: NewClient,
        idempotency: Option<&Idempotency>,
    ) -> Result<(Credential, Secret)> {
        let NewClient { name, scopes, expires_at } = new;
        let (credential, secret) = self.new_credential(CredentialKind::Machine(plan.machine))?;
        let credential = Credential { name, scopes, expires_at, ..credential };
        let own = credential.id.to_string();
        let made = self.write_once(idempotency, |_| {
            Ok((vec![self.table.put_new(credential.item()?)?], own.clone()))
        });
        let made = made.await?;
        if made == own { Ok((credential, secret)) } else { Err(made_before(&made)) }
    }

    /// Gives a machine client another secret; the one before still counts until
    /// the overlap is over, and none before that.
    ///
    /// # Errors
    /// [`Error::WrongState`] where the client counts no more,
    /// [`Error::Conflict`] where it got another secret meanwhile.
    pub async fn rotate_client_secret(
        &self,
        managed: &Managed<Credential, CanChange>,
        overlap: SignedDuration,
    ) -> Result<(Credential, Secret)> {
        let old = managed.get();
        let now = self.ids.now();
        if !old.is_live(now) {
            return Err(Error::WrongState("The client counts no more."));
        }
        let secret = Secret::new(old.kind.prefix(), &self.ids.random()?);
        let former = FormerHash { secret_hash: old.secret_hash.clone(), until: now + overlap };
        let was_so = Condition::with("secret_hash = :old")
            .value(":old", stored(&old.secret_hash)?)
            .value(":new", stored(&secret.hash())?)
            .value(":former", stored(&former)?);
        let change = "SET secret_hash = :new, former = :former";
        match self.table.update(&keys::credential(old.id), change, was_so).await? {
            Written::Done => {
                let secret_hash = secret.hash();
                Ok((Credential { secret_hash, former: Some(former), ..old.clone() }, secret))
            }
            Written::Refused(_) => Err(busy()),
        }
    }
}

fn made_before(id: &str) -> Error {
    Error::Conflict {
        code: "made_before",
        message: format!("This call made the client {id}; its secret is shown once alone."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_from_its_cursor_and_nothing_else_is() {
        let id = "0197f0a0-0000-7000-8000-00000000000a";
        for good in [format!("service..{id}"), format!("member.{id}.{id}")] {
            let place: ClientPlace = good.parse().expect("a place");
            assert_eq!(place.to_string(), good);
        }
        for bad in [
            String::new(),
            format!("member..{id}"),
            format!("service.{id}.{id}"),
            format!("provider.{id}.{id}"),
            format!("member.{id}.{id}.{id}"),
            format!("member.{id}.x"),
        ] {
            assert_eq!(bad.parse::<ClientPlace>(), Err(NotKnown), "{bad}");
        }
    }
}
