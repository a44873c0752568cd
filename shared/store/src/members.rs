//! Members, as staff look after them: organisations that may have sub-TPPs.

use attesta_identity::UserCaller;
use attesta_model::{Error, Organisation, OrganisationId, Reason, Result, Status};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::try_join;

use crate::access::{CanChange, CanRead, Managed, StaffRight, member_id, staff_handle};
use crate::idempotency::{Idempotency, Planned, Replay};
use crate::table::{Cancelled, Condition, Item, Query, Sort, Written, from_item, indexed, to_item};
use crate::{Store, keys, patterns};

/// What an organisation is as a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// Whether its sub-TPPs are staff's to approve before they are in use.
    pub requires_approval: bool,
    /// Since when it is a member.
    pub created_at: Timestamp,
    /// When that last changed.
    pub updated_at: Timestamp,
}

/// A member with its organisation.
#[derive(Debug, Clone)]
pub struct MemberOfStaff {
    /// What it is as a member.
    pub member: Member,
    /// The organisation.
    pub organisation: Organisation,
}

/// A page of members.
#[derive(Debug, Clone)]
pub struct MemberPage {
    /// The members, by their identifiers.
    pub members: Vec<MemberOfStaff>,
    /// After which one the next page begins; none on the last.
    pub next: Option<OrganisationId>,
}

/// Which organisation becomes a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberWanted {
    /// A new one of this name.
    New(String),
    /// One that is there.
    Known(OrganisationId),
}

/// The proof that a member may be made, and of what.
#[derive(Debug)]
pub struct MemberPlan {
    wanted: MemberWanted,
}

impl Store {
    /// Looks up, in one round, all that a new member needs.
    ///
    /// # Errors
    /// Those of [`Store::staff`], [`Error::Invalid`] where there is no such
    /// organisation, [`Error::Conflict`] where it is a member already.
    pub async fn plan_member(
        &self,
        caller: &UserCaller,
        wanted: MemberWanted,
        idempotency: Option<&Idempotency>,
    ) -> Result<Planned<MemberPlan>> {
        let user = keys::user(caller.user_id);
        let mut keys = vec![user.clone()];
        keys.extend(idempotency.map(Idempotency::key));
        if let MemberWanted::Known(id) = wanted {
            keys.extend([keys::organisation(id), keys::member(id)]);
        }
        let mut found = self.table.get_all(&keys).await?;
        staff_handle::<CanChange>(caller, found.remove(&user))?;
        if let Some(call) = idempotency
            && let Replay::Same(answer) = call.replay(found.remove(&call.key()), self.ids.now())?
        {
            return Ok(Planned::Same(answer));
        }
        if let MemberWanted::Known(id) = wanted {
            let organisation = found.remove(&keys::organisation(id));
            let organisation: Option<Organisation> = organisation.map(from_item).transpose()?;
            let is_there = organisation.is_some_and(|known| known.status != Status::Deleted);
            let rule = || Reason::Rule("There is no such organisation.".to_owned());
            is_there.then_some(()).ok_or_else(|| Error::field("organisationId", rule()))?;
            if found.contains_key(&keys::member(id)) {
                return Err(is_one_already());
            }
        }
        Ok(Planned::New(MemberPlan { wanted }))
    }

    /// Makes a member, with its organisation if that is new, too; its
    /// identifier.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it became a member meanwhile.
    pub async fn create_member(
        &self,
        plan: &MemberPlan,
        requires_approval: bool,
        idempotency: Option<&Idempotency>,
    ) -> Result<OrganisationId> {
        let now = self.ids.now();
        let (id, organisation) = match &plan.wanted {
            MemberWanted::Known(id) => (*id, None),
            MemberWanted::New(name) => {
                let id = OrganisationId(self.ids.uuid()?);
                (id, Some(Organisation::new(id, name.clone(), now)))
            }
        };
        let member =
            Member { organisation_id: id, requires_approval, created_at: now, updated_at: now };
        let draw_up = |_| {
            let mut writes = vec![self.table.put_new(member_item(&member)?)?];
            if let Some(organisation) = &organisation {
                let key = keys::organisation(id);
                let item = to_item(patterns::ORGANISATION, key, organisation)?;
                writes.push(self.table.put_new(item)?);
            }
            Ok((writes, id.to_string()))
        };
        let refusal = |cancelled: Cancelled| Ok((cancelled.at == Some(0)).then(is_one_already));
        let made = self.write_once_unless(idempotency, draw_up, refusal).await?;
        made.parse().map_err(|_| Error::internal("an answer that is no identifier"))
    }

    /// A page of the members.
    ///
    /// # Errors
    /// Those of [`Store::staff`].
    pub async fn members(
        &self,
        caller: &UserCaller,
        after: Option<OrganisationId>,
        limit: usize,
    ) -> Result<MemberPage> {
        let sort = match after {
            None => Sort::StartsWith(keys::MEMBER_PREFIX.to_owned()),
            Some(id) => Sort::After(keys::member_in_index(id)),
        };
        let query = Query::index(keys::MEMBERS.to_owned(), sort);
        let items = self.table.query_up_to(query, limit + 1);
        let (_, mut items) = try_join!(self.staff::<CanRead>(caller), items)?;
        let has_more = items.len() > limit;
        items.truncate(limit);
        let members: Vec<Member> = items.into_iter().map(from_item).collect::<Result<_>>()?;
        let keys = members.iter().map(|member| keys::organisation(member.organisation_id));
        let organisations = self.table.get_each(keys.collect()).await?;
        let both = members.iter().zip(organisations);
        let both = both.map(|(member, item)| with_organisation(*member, item));
        Ok(MemberPage {
            members: both.collect::<Result<_>>()?,
            next: members.last().filter(|_| has_more).map(|last| last.organisation_id),
        })
    }

    /// A member.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`].
    pub async fn managed_member<R: StaffRight>(
        &self,
        caller: &UserCaller,
        id: &str,
    ) -> Result<Managed<MemberOfStaff, R>> {
        let id = member_id(id)?;
        let wanted = [keys::user(caller.user_id), keys::member(id), keys::organisation(id)];
        let [user, member, organisation] = self.table.get_many(wanted).await?;
        let staff = staff_handle(caller, user)?;
        let member = from_item(member.ok_or_else(Error::not_found)?)?;
        Ok(Managed::new(with_organisation(member, organisation)?, &staff))
    }

    /// Says whether a member's next sub-TPPs are staff's to approve.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn set_requires_approval(
        &self,
        managed: &Managed<MemberOfStaff, CanChange>,
        requires_approval: bool,
    ) -> Result<MemberOfStaff> {
        let MemberOfStaff { member, organisation } = managed.get().clone();
        let now = self.ids.now();
        let change = Condition::is_there()
            .value(":requires", AttributeValue::Bool(requires_approval))
            .value(":now", AttributeValue::S(now.to_string()));
        let key = keys::member(member.organisation_id);
        let expression = "SET requires_approval = :requires, updated_at = :now";
        match self.table.update(&key, expression, change).await? {
            Written::Done => {
                let member = Member { requires_approval, updated_at: now, ..member };
                Ok(MemberOfStaff { member, organisation })
            }
            Written::Refused(_) => Err(Error::not_found()),
        }
    }
}

fn member_item(member: &Member) -> Result<Item> {
    let id = member.organisation_id;
    let item = to_item(patterns::MEMBER, keys::member(id), member)?;
    Ok(indexed(item, keys::MEMBERS.to_owned(), keys::member_in_index(id)))
}

fn with_organisation(member: Member, item: Option<Item>) -> Result<MemberOfStaff> {
    let lost = || Error::internal("a member without its organisation");
    Ok(MemberOfStaff { member, organisation: from_item(item.ok_or_else(lost)?)? })
}

fn is_one_already() -> Error {
    Error::Conflict {
        code: "already_exists",
        message: "The organisation is a member already.".to_owned(),
    }
}
