//! Organisations by the number, each as far as the caller sees it.

use std::collections::{HashMap, HashSet};

use attesta_identity::{Caller, UserCaller};
use attesta_model::{AdvancePay, Organisation, OrganisationId, Result, Scope, User, UserId};

use super::customer::{Sight, deals_keys, in_sight, sight};
use super::{Acting, OrganisationInSight, Standing, acting, caller_keys};
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
                let seen: Vec<_> =
                    seen.into_iter().flatten().map(OrganisationInSight::of_service).collect();
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
        self.seen_by(user, &acting, ids, found).await
    }

    /// Judges a user by what was found of some organisations and of themselves
    /// in each.
    async fn seen_by(
        &self,
        caller: &UserCaller,
        acting: &Acting,
        ids: &[OrganisationId],
        mut found: HashMap<Key, Item>,
    ) -> Result<Vec<OrganisationDetails>> {
        let mut sights = Vec::with_capacity(ids.len());
        let mut wanted = Vec::new();
        for &id in ids {
            let Some(sight) = in_sight(sight(caller, acting, id, &found))? else { continue };
            if let Sight::OfMember { home } = sight {
                wanted.extend(deals_keys(acting.user.id, home, id));
            }
            let organisation: Option<Organisation> = found_item(&found, &keys::organisation(id))?;
            wanted.extend(organisation.and_then(|one| one.owner_id).map(keys::user));
            sights.push((id, sight));
        }
        wanted.retain(|key| !found.contains_key(key));
        found.extend(self.found(wanted).await?);
        let mut details = Vec::with_capacity(sights.len());
        for (id, sight) in sights {
            let seen = in_sight(sight.settled(acting, id, &found))?;
            details.extend(seen.map(|seen| OrganisationDetails::new(seen, &found)).transpose()?);
        }
        Ok(details)
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

/// The keys of those who own these organisations, each once.
fn owners<'a>(of: impl Iterator<Item = &'a Organisation>) -> Vec<Key> {
    let owners: HashSet<UserId> = of.filter_map(|one| one.owner_id).collect();
    owners.into_iter().map(keys::user).collect()
}
