//! How somebody who calls the customer API stands to a user.

use std::collections::{HashMap, HashSet};

use attesta_identity::UserCaller;
use attesta_model::{
    BusinessUnit, BusinessUnitId, Error, Organisation, OrganisationId, Profile, Result, Staff,
    Status, UserId,
};

use super::{Acting, acting, caller_keys, staff_of};
use crate::Store;
use crate::keys::{self, Key};
use crate::people::{Person, UserWithProfiles};
use crate::table::{Item, from_item, key_of};

/// As what somebody calls about a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relation {
    /// They are it themselves.
    Oneself,
    /// As staff.
    Staff(Staff),
    /// As a member of an organisation that the user has a part in.
    Member(Profile),
    /// As a program that works for the platform.
    Service,
}

/// A user whom the caller was found to be allowed to see.
#[derive(Debug, Clone)]
pub struct UserInSight {
    pub(crate) person: Person,
    /// Their home.
    pub(crate) organisation: Option<Organisation>,
    /// The organisation that they are seen in: the caller's, or else their home.
    pub(crate) place: Option<Organisation>,
    pub(crate) units: Vec<BusinessUnit>,
    pub(crate) relation: Relation,
}

impl UserInSight {
    /// The user, and what they may do in each organisation that the caller may
    /// know of.
    #[must_use]
    pub const fn person(&self) -> &Person {
        &self.person
    }

    /// The organisation that they belong to.
    #[must_use]
    pub const fn organisation(&self) -> Option<&Organisation> {
        self.organisation.as_ref()
    }

    /// What they may do in the organisation that they are seen in.
    #[must_use]
    pub fn profile(&self) -> Option<&Profile> {
        let place = self.place.as_ref()?.id;
        self.person.profiles.iter().find(|profile| profile.organisation_id == place)
    }

    /// The units that they see to there.
    #[must_use]
    pub fn units(&self) -> &[BusinessUnit] {
        &self.units
    }

    /// Whether they are another organisation's than the one that they are seen
    /// in: it sees no more of them than it needs to.
    #[must_use]
    pub fn is_external(&self) -> bool {
        let place = self.place.as_ref().map(|place| place.id);
        matches!(self.relation, Relation::Member(_)) && place != self.person.user.organisation_id
    }

    /// Whether the caller owns the organisation that they are seen in.
    pub(crate) fn is_by_owner(&self) -> bool {
        match &self.relation {
            Relation::Oneself => self.profile().is_some_and(Profile::is_owner),
            Relation::Member(profile) => profile.is_owner(),
            Relation::Staff(_) | Relation::Service => false,
        }
    }

    /// Whether the caller is somebody of the staff who may look alone, whoever
    /// else they are.
    pub(crate) fn is_by_reader(&self) -> bool {
        match self.relation {
            Relation::Oneself => self.person.user.staff == Some(Staff::ReadOnly),
            Relation::Staff(staff) => staff == Staff::ReadOnly,
            Relation::Member(_) | Relation::Service => false,
        }
    }
}

/// What is looked up beside a user.
#[derive(Debug, Default)]
pub(crate) struct Beside<'a> {
    /// Whatever its key is known of.
    pub(crate) keys: Vec<Key>,
    /// Units of the organisation that the user is seen in.
    pub(crate) units: &'a [BusinessUnitId],
}

/// A user in sight, and what was found beside them.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) seen: UserInSight,
    pub(crate) found: HashMap<Key, Item>,
    /// Those of the units asked for that are there.
    pub(crate) units: Vec<BusinessUnit>,
    /// Whether the user says anywhere what they agreed to.
    pub(crate) has_settings: bool,
}

impl Store {
    /// A user, as the caller sees them, in two rounds: themselves, anybody for
    /// staff, and for a member whoever has a part in their home organisation.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the caller's token counts no more,
    /// [`Error::Forbidden`] where they or their organisation may do nothing, and
    /// [`Error::NotFound`].
    pub async fn user_in_sight(&self, caller: &UserCaller, id: &str) -> Result<UserInSight> {
        self.look_at_user(caller, id, Beside::default()).await.map(|looked| looked.seen)
    }

    /// The same, and what is looked up beside them.
    pub(crate) async fn look_at_user(
        &self,
        caller: &UserCaller,
        id: &str,
        beside: Beside<'_>,
    ) -> Result<Looked> {
        let sighted = self.sight_user(caller, user_id(id), beside.keys).await?;
        self.look_closer(sighted, beside.units).await
    }

    /// The second of the two rounds: what there is to see of a user, and units
    /// beside theirs.
    pub(crate) async fn look_closer(
        &self,
        sighted: Sighted,
        more: &[BusinessUnitId],
    ) -> Result<Looked> {
        let Sighted { by, staff, mut person, place, found, has_settings } = sighted;
        let home = person.user.organisation_id;
        let is_member = person.user.id != by.user.id && staff.is_none();
        let own_home = by.user.organisation_id.filter(|_| is_member);
        let own = own_home.map(|home| keys::profile(by.user.id, home));
        let profile = person.profiles.iter().find(|one| Some(one.organisation_id) == place);
        let shown = profile.map(|profile| profile.business_units.clone()).unwrap_or_default();
        let mut wanted: HashSet<_> = [home, place]
            .into_iter()
            .flatten()
            .map(keys::organisation)
            .chain(own.clone())
            .collect();
        if let Some(place) = place {
            let units = shown.iter().chain(more);
            wanted.extend(units.map(|unit| keys::business_unit(place, *unit)));
        }
        let rest = self.table.get_each_found(wanted.into_iter().collect()).await?;
        let organisation = |id: Option<OrganisationId>| {
            let item = id.and_then(|id| rest.get(&keys::organisation(id)).cloned());
            item.map(from_item::<Organisation>).transpose()
        };
        let units = |ids: &[BusinessUnitId]| {
            let place = place.into_iter();
            let keys =
                place.flat_map(|place| ids.iter().map(move |id| keys::business_unit(place, *id)));
            keys.filter_map(|key| rest.get(&key).cloned()).map(from_item).collect::<Result<_>>()
        };
        let (organisation, place) = (organisation(home)?, organisation(place)?);
        let relation = match (own, staff) {
            (Some(own), _) => {
                let is_live = place.as_ref().is_some_and(|place| place.status.is_live());
                let own = rest.get(&own).cloned().filter(|_| is_live);
                let own = by.within.narrowed(from_item(own.ok_or_else(Error::forbidden)?)?);
                if own.is_restricted() {
                    return Err(Error::forbidden());
                }
                let place = place.as_ref().map(|place| place.id);
                person.profiles.retain(|profile| Some(profile.organisation_id) == place);
                Relation::Member(own)
            }
            (None, Some(staff)) => Relation::Staff(staff),
            (None, None) => {
                let profiles = std::mem::take(&mut person.profiles).into_iter();
                person.profiles = profiles.map(|profile| by.within.narrowed(profile)).collect();
                Relation::Oneself
            }
        };
        let (shown, units) = (units(&shown)?, units(more)?);
        let seen = UserInSight { person, organisation, place, units: shown, relation };
        Ok(Looked { seen, found, units, has_settings })
    }

    /// The first of the two rounds: who calls, and whether they may see whom
    /// they ask for.
    pub(crate) async fn sight_user(
        &self,
        caller: &UserCaller,
        id: UserId,
        beside: Vec<Key>,
    ) -> Result<Sighted> {
        let pattern = UserWithProfiles(id);
        // Who asks about themselves is read once.
        let is_self = id == caller.user_id;
        let own = caller_keys(caller).skip(usize::from(is_self));
        let wanted: Vec<_> = own.chain(beside).collect();
        let (mut found, items) =
            tokio::try_join!(self.table.get_all(&wanted), self.table.query_all(pattern.query()))?;
        let own = items.iter().filter(|_| is_self);
        found.extend(own.filter_map(|item| Some((key_of(item)?, item.clone()))));
        let has_settings = items.iter().any(|item| item.contains_key("settings"));
        let by = acting(caller, &mut found, self.ids.now())?;
        // Of themselves, staff see what anybody does.
        let staff = if is_self { None } else { staff_of(caller, &by.user)? };
        let person = pattern.fold(items)?.ok_or_else(Error::not_found)?;
        let place = if is_self || staff.is_some() {
            person.user.organisation_id
        } else {
            let home = by.user.organisation_id;
            let is_there = person.user.status != Status::Deleted;
            let home = home.filter(|home| is_there && is_of(&person, *home));
            Some(home.ok_or_else(Error::not_found)?)
        };
        Ok(Sighted { by, staff, person, place, found, has_settings })
    }
}

/// A user whom a caller may see, unless their organisation may do nothing.
#[derive(Debug)]
pub(crate) struct Sighted {
    by: Acting,
    /// As what they call who are staff, unless it is of themselves.
    staff: Option<Staff>,
    pub(crate) person: Person,
    place: Option<OrganisationId>,
    found: HashMap<Key, Item>,
    has_settings: bool,
}

/// Whether somebody belongs to an organisation, or has a part in it.
fn is_of(person: &Person, organisation: OrganisationId) -> bool {
    let mut profiles = person.profiles.iter();
    person.user.organisation_id == Some(organisation)
        || profiles.any(|profile| profile.organisation_id == organisation)
}

/// An id that can't be one is looked up as one that isn't there: who asks is
/// judged first.
pub(crate) fn user_id(text: &str) -> UserId {
    text.parse().unwrap_or(UserId(uuid::Uuid::nil()))
}
