//! Organisations by the number, each as far as the caller sees it.

use std::collections::{HashMap, HashSet};

use attesta_identity::{Caller, UserCaller};
use attesta_model::{
    AdvancePay, Connection, Error, Organisation, OrganisationId, Result, Scope, Status, User,
    UserId,
};

use super::{Acting, Deals, OrganisationInSight, Standing, acting, caller_keys};
use crate::keys::Key;
use crate::table::{Item, found_item, from_item};
use crate::{Store, keys};

/// An organisation, who owns it and where it is paid in advance, as far as the
/// caller sees it.
#[derive(Debug, Clone)]
pub struct OrganisationDetails {
    seen: OrganisationInSight,
    owner: Option<User>,
    advance_pay: Option<AdvancePay>,
}

impl OrganisationDetails {
    /// The organisation, and as what the caller sees it.
    #[must_use]
    pub const fn seen(&self) -> &OrganisationInSight {
        &self.seen
    }

    /// Who owns it.
    #[must_use]
    pub const fn owner(&self) -> Option<&User> {
        self.owner.as_ref()
    }

    /// Where it is paid in advance: in full for its owner and staff, masked for
    /// its other own members, none for anybody else.
    #[must_use]
    pub const fn advance_pay(&self) -> Option<&AdvancePay> {
        self.advance_pay.as_ref()
    }

    fn new(seen: OrganisationInSight, found: &HashMap<Key, Item>) -> Result<Self> {
        let id = seen.get().id;
        let owner = seen.get().owner_id.and_then(|owner| found.get(&keys::user(owner)));
        let owner = owner.cloned().map(from_item).transpose()?;
        let sees_some = match seen.standing() {
            Standing::Staff(_) => true,
            Standing::Member(profile) => !profile.external,
            Standing::Service | Standing::Connected(_) => false,
        };
        let kept = found.get(&keys::advance_pay(id)).filter(|_| sees_some);
        let kept: Option<AdvancePay> = kept.cloned().map(from_item).transpose()?;
        let is_owners = seen.is_owners();
        let advance_pay = kept.map(|kept| if is_owners { kept } else { kept.masked() });
        Ok(Self { seen, owner, advance_pay })
    }
}

impl Store {
    /// Those of some organisations that the caller sees, in the order in which
    /// they were asked for. No id may come twice. In two rounds.
    ///
    /// # Errors
    /// Those of [`Store::organisation_in_sight`], but for what is said of one
    /// organisation: what is foreign or not in use is left out.
    pub async fn organisations_in_sight(
        &self,
        caller: &Caller,
        ids: &[OrganisationId],
    ) -> Result<Vec<OrganisationDetails>> {
        let user = match caller {
            Caller::User(user) => user,
            Caller::Machine(machine) => {
                let wanted: Vec<_> = ids.iter().copied().map(keys::organisation).collect();
                let beside = |_| self.found(wanted);
                let (_, found) = self.machine_beside(machine, Scope::CustomersRead, beside).await?;
                let seen = ids.iter().map(|&id| found_item(&found, &keys::organisation(id)));
                let seen: Vec<Option<Organisation>> = seen.collect::<Result<_>>()?;
                let as_service = |one| OrganisationInSight::new(one, Standing::Service);
                let seen: Vec<_> = seen.into_iter().flatten().map(as_service).collect();
                let owners = self.found(owners(seen.iter().map(OrganisationInSight::get))).await?;
                return seen
                    .into_iter()
                    .map(|seen| OrganisationDetails::new(seen, &owners))
                    .collect();
            }
        };
        let mut wanted: Vec<_> = caller_keys(user).collect();
        for &id in ids {
            wanted.extend([
                keys::organisation(id),
                keys::advance_pay(id),
                keys::profile(user.user_id, id),
            ]);
        }
        let mut found = self.found(wanted).await?;
        let acting = acting(user, &mut found, self.ids.now())?;
        self.seen_by(user, acting, ids, found).await
    }

    /// Judges a user by what was found of some organisations and of themselves
    /// in each.
    async fn seen_by(
        &self,
        caller: &UserCaller,
        Acting { user, within }: Acting,
        ids: &[OrganisationId],
        mut found: HashMap<Key, Item>,
    ) -> Result<Vec<OrganisationDetails>> {
        let staff = user.staff.filter(|_| caller.api_token.is_none());
        if staff.is_some() && !user.second_factor {
            return Err(Error::SecondFactorRequired);
        }
        let there: Vec<Option<Organisation>> = ids
            .iter()
            .map(|&id| found_item(&found, &keys::organisation(id)))
            .collect::<Result<_>>()?;
        let may_be_seen = |one: &Organisation| staff.is_some() || one.status != Status::Deleted;
        let there: Vec<_> = there.into_iter().flatten().filter(may_be_seen).collect();
        let mut wanted = owners(there.iter());
        let home = user.organisation_id.filter(|_| staff.is_none());
        if let Some(home) = home {
            wanted.extend([keys::organisation(home), keys::profile(user.id, home)]);
            let strange =
                |id: OrganisationId| id != home && !found.contains_key(&keys::profile(user.id, id));
            for id in there.iter().map(|one| one.id).filter(|&id| strange(id)) {
                wanted.extend([keys::connection(home, id), keys::connection(id, home)]);
            }
        }
        wanted.retain(|key| !found.contains_key(key));
        found.extend(self.found(wanted).await?);
        let home = home.filter(|&home| {
            let organisation: Result<Option<Organisation>> =
                found_item(&found, &keys::organisation(home));
            let is_live = organisation.ok().flatten().is_some_and(|one| one.status.is_live());
            is_live && found.contains_key(&keys::profile(user.id, home))
        });
        let mut seen = Vec::new();
        for organisation in there {
            let id = organisation.id;
            let standing = match (staff, found_item(&found, &keys::profile(user.id, id))?) {
                (Some(staff), _) => Some(Standing::Staff(staff)),
                (None, Some(profile)) => {
                    let is_live = organisation.status.is_live();
                    is_live.then(|| Standing::Member(within.narrowed(profile)))
                }
                (None, None) => connected(home, id, &found)?,
            };
            let in_sight =
                standing.map(|standing| OrganisationInSight::new(organisation, standing));
            seen.extend(in_sight.map(|seen| OrganisationDetails::new(seen, &found)));
        }
        seen.into_iter().collect()
    }

    /// The caller's own organisation. In two rounds, or three for who doesn't
    /// own it.
    ///
    /// # Errors
    /// Those of [`Store::home`].
    pub async fn own_organisation(&self, caller: &UserCaller) -> Result<OrganisationDetails> {
        let (home, mut found) = self.home_and(caller, |id| vec![keys::advance_pay(id)]).await?;
        let organisation = home.organisation().clone();
        let mut owner =
            organisation.owner_id.filter(|&id| id == caller.user_id).map(|_| home.user().clone());
        if let Some(id) = organisation.owner_id.filter(|&id| id != caller.user_id) {
            let [item] = self.table.get_many([keys::user(id)]).await?;
            owner = item.map(from_item).transpose()?;
        }
        found.retain(|key, _| *key == keys::advance_pay(organisation.id));
        let standing = Standing::Member(home.profile().clone());
        let details =
            OrganisationDetails::new(OrganisationInSight::new(organisation, standing), &found)?;
        Ok(OrganisationDetails { owner, ..details })
    }
}

fn connected(
    home: Option<OrganisationId>,
    other: OrganisationId,
    found: &HashMap<Key, Item>,
) -> Result<Option<Standing>> {
    let Some(home) = home else { return Ok(None) };
    let outward: Option<Connection> = found_item(found, &keys::connection(home, other))?;
    let inward: Option<Connection> = found_item(found, &keys::connection(other, home))?;
    let deals = outward.is_some() || inward.is_some();
    Ok(deals.then_some(Standing::Connected(Deals { outward, inward })))
}

/// The keys of those who own these organisations, each once.
fn owners<'a>(of: impl Iterator<Item = &'a Organisation>) -> Vec<Key> {
    let owners: HashSet<UserId> = of.filter_map(|one| one.owner_id).collect();
    owners.into_iter().map(keys::user).collect()
}
