//! Users whom their organisation's owner or staff let in, and those who come by
//! their telephone alone.

use std::collections::BTreeSet;

use attesta_identity::{Caller, UserCaller};
use attesta_model::{
    BusinessUnit, BusinessUnitId, Email, Error, HomeCountry, Organisation, OrganisationId, Phone,
    Problem, Profile, Reason, Result, Scope, Staff, Status, User, UserId, Welcome, can_be_given,
};
use uuid::Uuid;

use crate::access::{
    Acting, CanChange, Relation, UserInSight, acting, caller_keys, staff_handle, staff_of,
};
use crate::idempotency::{Idempotency, Planned, Replay, by_place};
use crate::people::{Holder, Person, UserWithProfiles};
use crate::table::from_item;
use crate::{Store, keys};

/// Somebody who is to be let in.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUser {
    /// Their given name.
    pub given_name: String,
    /// Their family name.
    pub family_name: String,
    /// Their country.
    pub country: HomeCountry,
    /// The organisation that they are to belong to; none for the caller's.
    pub organisation_id: Option<String>,
    /// Their e-mail address.
    pub email: Email,
    /// Their telephone number.
    pub phone: Option<Phone>,
    /// What their telephone is notified by.
    pub push_token: Option<String>,
    /// Their roles.
    pub roles: BTreeSet<String>,
    /// The units that they are to see to.
    pub units: Vec<BusinessUnitId>,
}

/// It is about somebody: printed, it says nothing.
impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewUser")
    }
}

/// That somebody may be let in, and where.
#[derive(Debug)]
pub struct UserPlan {
    organisation: Organisation,
    units: Vec<BusinessUnit>,
    relation: Relation,
}

impl NewUser {
    /// What of it can't be.
    fn check(&self, organisation: &Organisation, found: usize) -> Result<()> {
        let problem = |field: &str, rule: &str| {
            let reason = Reason::Rule(rule.to_owned());
            Problem { field: Some(field.to_owned()), reason }
        };
        let is_known = |role: &String| can_be_given(role, &organisation.modules);
        let roles = (!self.roles.iter().all(is_known))
            .then(|| problem("roles", "must be roles that can be had in the organisation"));
        let units = (self.units.len() != found)
            .then(|| problem("businessUnits", "must be units of the organisation"));
        let problems: Vec<_> = roles.into_iter().chain(units).collect();
        if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
    }
}

/// Which organisation somebody is to be let in to.
fn asked_for(by: &Acting, staff: Option<Staff>, new: &NewUser) -> Result<String> {
    match staff {
        Some(Staff::ReadOnly) => return Err(Error::forbidden()),
        Some(Staff::Admin) | None => {}
    }
    let home = || by.user.organisation_id.map(|id| id.to_string());
    let asked = new.organisation_id.clone().or_else(home);
    let missing = || match staff {
        Some(_) => Error::field("organisationId", Reason::Required),
        None => Error::forbidden(),
    };
    asked.ok_or_else(missing)
}

/// The organisation, for its owner and for staff, and as what they are it; none
/// where the caller has no part in it.
fn managed(
    staff: Option<Staff>,
    organisation: Option<Organisation>,
    profile: Option<Profile>,
) -> Result<Option<(Organisation, Relation)>> {
    match (staff, organisation, profile) {
        (Some(staff), Some(organisation), _) => Ok(Some((organisation, Relation::Staff(staff)))),
        (Some(_), None, _) => Err(Error::not_found()),
        (None, Some(organisation), Some(profile)) => {
            let may = profile.is_owner() && organisation.status.is_live();
            let managed = may.then_some((organisation, Relation::Member(profile)));
            managed.map(Some).ok_or_else(Error::forbidden)
        }
        (None, ..) => Ok(None),
    }
}

impl Store {
    /// Whether the caller may let somebody in, and whether they can be what they
    /// are to be, unless the same call came before. In two rounds.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for whoever neither owns the organisation nor is
    /// staff who may change it, [`Error::NotFound`] where it is foreign,
    /// [`Error::Invalid`] for unknown roles and units, [`Error::WrongState`]
    /// where the organisation is deleted, and [`Error::Conflict`] where the
    /// call's key was used for another one.
    pub async fn plan_user(
        &self,
        caller: &UserCaller,
        new: &NewUser,
        idempotency: Option<&Idempotency>,
    ) -> Result<Planned<UserPlan>> {
        let wanted: Vec<_> = caller_keys(caller).chain(idempotency.map(Idempotency::key)).collect();
        let mut found = self.table.get_all(&wanted).await?;
        let by = acting(caller, &mut found, self.ids.now())?;
        let staff = staff_of(caller, &by.user)?;
        let asked = asked_for(&by, staff, new)?;
        // An id that can't be one is looked up as one that isn't there.
        let id = asked.parse().unwrap_or(OrganisationId(Uuid::nil()));
        let units: Vec<_> = new.units.iter().map(|unit| keys::business_unit(id, *unit)).collect();
        let both = [keys::organisation(id), keys::profile(caller.user_id, id)];
        let wanted = both.into_iter().chain(units.iter().cloned()).collect();
        let mut rest = self.table.get_each_found(wanted).await?;
        let organisation = rest.remove(&keys::organisation(id)).map(from_item).transpose()?;
        let profile = rest.remove(&keys::profile(caller.user_id, id)).map(from_item).transpose()?;
        let profile = profile.map(|profile| by.within.narrowed(profile));
        let managed = managed(staff, organisation, profile)?;
        let Some((organisation, relation)) = managed else {
            // Nothing of theirs; whether they may know of it takes a closer look.
            let seen = self.managed_organisation(caller, &asked).await;
            return Err(seen.err().unwrap_or_else(Error::forbidden));
        };
        if let Some(call) = idempotency
            && let Replay::Same(id) = call.replay(found.remove(&call.key()), self.ids.now())?
        {
            return Ok(Planned::Same(id));
        }
        if organisation.status == Status::Deleted {
            return Err(Error::WrongState("The organisation is deleted."));
        }
        let units: Vec<BusinessUnit> = units
            .iter()
            .filter_map(|unit| rest.remove(unit))
            .map(from_item)
            .collect::<Result<_>>()?;
        new.check(&organisation, units.len())?;
        Ok(Planned::New(UserPlan { organisation, units, relation }))
    }

    /// Lets somebody in: themselves, their names and their profile in one
    /// transaction, after which the user pool sends them an invitation. The same
    /// call that came in between is told by the user that it made.
    ///
    /// # Errors
    /// [`Error::Conflict`] `email_taken` or `phone_taken`.
    pub async fn create_user(
        &self,
        plan: UserPlan,
        new: &NewUser,
        idempotency: Option<&Idempotency>,
    ) -> Result<Planned<UserInSight>> {
        let UserPlan { organisation, units, relation } = plan;
        let id = UserId(self.ids.uuid()?);
        let name = User::name_of(Some(&new.given_name), Some(&new.family_name));
        let user = User {
            given_name: Some(new.given_name.clone()),
            family_name: Some(new.family_name.clone()),
            phone: new.phone.as_ref().map(ToString::to_string),
            organisation_id: Some(organisation.id),
            country: Some(new.country),
            push_token: new.push_token.clone(),
            ..User::new(id, name, new.email.as_str(), self.ids.now())
        };
        let roles = new.roles.iter().cloned().collect();
        let profile = Profile {
            business_units: new.units.clone(),
            ..Profile::new(id, organisation.id, roles)
        };
        let profiles = vec![profile];
        let entering = || self.entering(&user, &profiles, Welcome::Invite);
        let refusals = entering()?;
        let made = self.write_once_unless(
            idempotency,
            |_| Ok((entering()?.writes, id.to_string())),
            by_place(|at| refusals.refusal(at)),
        );
        let made = made.await?;
        if made != id.to_string() {
            return Ok(Planned::Same(made));
        }
        let person = Person { user, profiles };
        let place = Some(organisation.clone());
        Ok(Planned::New(UserInSight {
            person,
            organisation: Some(organisation),
            place,
            units,
            relation,
        }))
    }

    /// Whoever has a telephone number; somebody new, if it is nobody's yet. Of
    /// two who ask for a new one at the same time both get the same.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the caller's token counts no more, and
    /// [`Error::Forbidden`] for whoever is neither a program that may make
    /// something nor staff who may.
    pub async fn user_by_phone(&self, caller: &Caller, phone: &Phone) -> Result<UserInSight> {
        const TRIES: u32 = 5;
        let phone = phone.to_string();
        let key = keys::user_phone(&phone);
        let (mut holder, relation) = match caller {
            Caller::Machine(machine) => {
                let beside = |_| self.table.get_many([key.clone()]);
                let (_, [holder]) =
                    self.machine_beside(machine, Scope::CustomersWrite, beside).await?;
                (holder, Relation::Service)
            }
            Caller::User(user) => {
                let wanted = [keys::user(user.user_id), key.clone()];
                let [own, holder] = self.table.get_many(wanted).await?;
                staff_handle::<CanChange>(user, own)?;
                (holder, Relation::Staff(Staff::Admin))
            }
        };
        let seen = |person: Person| UserInSight {
            person,
            organisation: None,
            place: None,
            units: Vec::new(),
            relation: relation.clone(),
        };
        for attempt in 0..TRIES {
            if let Some(holder) = holder.take() {
                let Holder { user_id } = from_item(holder)?;
                let pattern = UserWithProfiles(user_id);
                let person = pattern.fold(self.table.query_all(pattern.query()).await?)?;
                let missing = || Error::internal("a number of somebody who is not there");
                return person.map(&seen).ok_or_else(missing);
            }
            let id = UserId(self.ids.uuid()?);
            let user = User {
                email: None,
                phone: Some(phone.clone()),
                ..User::new(id, phone.as_str(), "", self.ids.now())
            };
            let entering = self.entering(&user, &[], Welcome::Silent)?;
            match self.table.transact(entering.writes).await? {
                Ok(()) => return Ok(seen(Person { user, profiles: Vec::new() })),
                // The number comes first among the writes: somebody has it now.
                Err(cancelled) if cancelled.at == Some(0) => holder = cancelled.item,
                Err(_) => {
                    self.pause(attempt).await?;
                    [holder] = self.table.get_many([key.clone()]).await?;
                }
            }
        }
        Err(Error::internal("nobody could come by telephone in five tries"))
    }
}
