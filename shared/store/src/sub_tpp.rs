//! Sub-TPPs: made and deleted by their member.

use std::collections::BTreeSet;

use attesta_identity::MachineCaller;
use attesta_model::{
    Country, Domain, Error, MOST_CHILDREN, MOST_LEVELS, Merchant, OrganisationId, Reason, Result,
    SubTppId, SubTppStatus,
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{MemberClient, OwnSubTpp, sub_tpp_id};
use crate::catalogue_admin::busy;
use crate::idempotency::{Idempotency, Planned, Replay};
use crate::keys::Key;
use crate::table::{Cancelled, Condition, Item, from_item, indexed, to_item};
use crate::{Store, keys, patterns};

/// A sub-TPP of a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubTpp {
    /// Its identifier.
    pub id: SubTppId,
    /// The member.
    pub member_id: OrganisationId,
    /// Its domain, which no other of the member's has.
    pub domain: Domain,
    /// Its name.
    pub name: String,
    /// The business behind it.
    pub merchant: Merchant,
    /// Where its logo is, in the bucket.
    pub logo_key: Option<String>,
    /// Below which other it stands.
    pub parent_id: Option<SubTppId>,
    /// How deep it stands: one without a parent at the first level.
    pub level: u8,
    /// Those right below it. Written by the transactions that make and delete
    /// them, and by none that writes the whole.
    #[serde(
        default,
        skip_serializing_if = "BTreeSet::is_empty",
        with = "serde_dynamo::string_set"
    )]
    pub children: BTreeSet<SubTppId>,
    /// Where it stands.
    pub status: SubTppStatus,
    /// Why it stands there.
    pub status_reason: Option<String>,
    /// Where it may not be used.
    pub restricted_countries: Vec<Country>,
    /// Its merchant category code.
    pub mcc_code: Option<String>,
    /// When it was made; its identifier says the same.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Goes up by one with each change but those of its children.
    pub revision: u32,
}

/// What a member says of a new sub-TPP beside its domain and its parent.
#[derive(Debug, Clone)]
pub struct NewSubTpp {
    /// Its name.
    pub name: String,
    /// The business behind it.
    pub merchant: Merchant,
    /// Where its logo is, in the bucket.
    pub logo_key: Option<String>,
}

/// What a call that makes a sub-TPP comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeSubTpp {
    /// The sub-TPP.
    pub id: SubTppId,
    /// Whether it was this call that made it, and not the same one before.
    pub is_new: bool,
}

/// The proof that a sub-TPP may be made, and where.
#[derive(Debug)]
pub struct SubTppPlan {
    client: MemberClient,
    domain: Domain,
    parent: Option<SubTpp>,
}

impl SubTppPlan {
    /// The member whose it will be.
    #[must_use]
    pub const fn member_id(&self) -> OrganisationId {
        self.client.member().organisation_id
    }
}

/// Whose a domain is.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    sub_tpp_id: SubTppId,
}

/// A sub-TPP that awaits approval.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Approval {
    pub(crate) member_id: OrganisationId,
    pub(crate) sub_tpp_id: SubTppId,
}

impl SubTpp {
    pub(crate) fn key(&self) -> Key {
        keys::sub_tpp(self.member_id, self.id)
    }

    fn item(&self) -> Result<Item> {
        let item = to_item(patterns::SUB_TPP, self.key(), self)?;
        let named = keys::sub_tpps_named(self.member_id, &self.name);
        Ok(indexed(item, named, keys::sub_tpp_place(self.id)))
    }

    /// Refuses to stand above another.
    fn check_parent(&self) -> Result<()> {
        let refusal = if self.status == SubTppStatus::Rejected {
            "The parent was rejected.".to_owned()
        } else if self.level >= MOST_LEVELS {
            format!("No more than {MOST_LEVELS} levels.")
        } else if self.children.len() >= MOST_CHILDREN {
            format!("The parent has {MOST_CHILDREN} children already.")
        } else {
            return Ok(());
        };
        Err(Error::field("parentSubTppId", Reason::Rule(refusal)))
    }
}

impl Store {
    /// Looks up all that a new sub-TPP needs: the caller's right, the parent,
    /// whether the domain is free, and whether the same call came before.
    ///
    /// # Errors
    /// Those of [`Store::own_sub_tpp`], [`Error::NotFound`] where the parent is
    /// none of the member's, [`Error::Invalid`] where it can have no child or
    /// the domain is taken.
    pub async fn plan_sub_tpp(
        &self,
        caller: &MachineCaller,
        domain: Domain,
        parent: Option<&str>,
        idempotency: Option<&Idempotency>,
    ) -> Result<Planned<SubTppPlan>> {
        let parent = parent.map(sub_tpp_id).transpose()?;
        let earlier = idempotency.map(Idempotency::key);
        let wanted = |member| {
            let parent = parent.map(|id| keys::sub_tpp(member, id));
            let domain = keys::sub_tpp_domain(member, &domain);
            [parent, Some(domain), earlier.clone()].into_iter().flatten().collect()
        };
        let (client, mut found) = self.member_and(caller, wanted).await?;
        if let (Some(call), Some(key)) = (idempotency, earlier)
            && let Replay::Same(answer) = call.replay(found.remove(&key), self.ids.now())?
        {
            return Ok(Planned::Same(answer));
        }
        let member = client.member().organisation_id;
        let parent = match parent.map(|id| keys::sub_tpp(member, id)) {
            None => None,
            Some(key) => Some(parent_of(found.remove(&key))?),
        };
        if found.contains_key(&keys::sub_tpp_domain(member, &domain)) {
            return Err(taken());
        }
        Ok(Planned::New(SubTppPlan { client, domain, parent }))
    }

    /// Makes a sub-TPP, unless the same call did meanwhile.
    ///
    /// # Errors
    /// Those of [`Store::plan_sub_tpp`], where others were faster.
    pub async fn create_sub_tpp(
        &self,
        plan: &SubTppPlan,
        new: NewSubTpp,
        idempotency: Option<&Idempotency>,
    ) -> Result<MadeSubTpp> {
        let sub_tpp = self.new_sub_tpp(plan, new)?;
        let own = sub_tpp.id.to_string();
        let draw_up = |_| Ok((self.creation(plan, &sub_tpp)?, own.clone()));
        let made = self.write_once_unless(idempotency, draw_up, refusal_of_creation).await?;
        let id = made.parse().map_err(|_| Error::internal("an answer that is no identifier"))?;
        Ok(MadeSubTpp { id, is_new: id == sub_tpp.id })
    }

    fn new_sub_tpp(&self, plan: &SubTppPlan, new: NewSubTpp) -> Result<SubTpp> {
        let id = SubTppId(self.ids.uuid()?);
        let created_at = id.made_at().ok_or_else(|| Error::internal("an id without a time"))?;
        let member = plan.client.member();
        let status = match member.requires_approval {
            true => SubTppStatus::AwaitingApproval,
            false => SubTppStatus::Activated,
        };
        Ok(SubTpp {
            id,
            member_id: member.organisation_id,
            domain: plan.domain.clone(),
            name: new.name,
            merchant: new.merchant,
            logo_key: new.logo_key,
            parent_id: plan.parent.as_ref().map(|parent| parent.id),
            level: plan.parent.as_ref().map_or(1, |parent| parent.level + 1),
            children: BTreeSet::new(),
            status,
            status_reason: None,
            restricted_countries: Vec::new(),
            mcc_code: None,
            created_at,
            updated_at: created_at,
            revision: 1,
        })
    }

    /// The writes in the order that [`refusal_of_creation`] knows. The parent is
    /// written, too: whoever deletes it at the same time is in the way.
    fn creation(&self, plan: &SubTppPlan, sub_tpp: &SubTpp) -> Result<Vec<TransactWriteItem>> {
        let holder = Holder { sub_tpp_id: sub_tpp.id };
        let domain = keys::sub_tpp_domain(sub_tpp.member_id, &sub_tpp.domain);
        let domain = to_item(patterns::SUB_TPP_DOMAIN, domain, &holder)?;
        let mut writes = vec![self.table.put_new(sub_tpp.item()?)?, self.table.put_new(domain)?];
        if let Some(parent) = &plan.parent {
            let may = "attribute_exists(pk) AND #status <> :rejected \
                AND (attribute_not_exists(#children) OR size(#children) < :most)";
            let rejected = SubTppStatus::Rejected.name().to_owned();
            let may = Condition::with(may)
                .name("#status", "status")
                .name("#children", "children")
                .value(":rejected", AttributeValue::S(rejected))
                .value(":most", AttributeValue::N(MOST_CHILDREN.to_string()))
                .value(":child", AttributeValue::Ss(vec![sub_tpp.id.to_string()]));
            writes.push(self.table.update_if(&parent.key(), "ADD #children :child", may)?);
        }
        if sub_tpp.status == SubTppStatus::AwaitingApproval {
            let SubTpp { member_id, id, .. } = *sub_tpp;
            let approval = Approval { member_id, sub_tpp_id: id };
            let key = keys::sub_tpp_approval(member_id, id);
            let item = to_item(patterns::SUB_TPP_APPROVAL, key, &approval)?;
            writes.push(self.table.put_new(item)?);
        }
        Ok(writes)
    }

    /// Deletes a sub-TPP without children: it leaves reads and lists, its domain
    /// gets free, and it is kept as one that is deactivated. As it was before.
    ///
    /// # Errors
    /// [`Error::Refused`] where it has children, [`Error::NotFound`] where it
    /// was deleted meanwhile, [`Error::Conflict`] where it kept changing.
    pub async fn delete_sub_tpp(&self, own: OwnSubTpp) -> Result<SubTpp> {
        const TRIES: u32 = 5;
        let mut sub_tpp = own.into_inner();
        for attempt in 0..TRIES {
            if !sub_tpp.children.is_empty() {
                return Err(Error::Refused("The sub-TPP has children: delete them first.".into()));
            }
            match self.table.transact(self.deletion(&sub_tpp)?).await? {
                Ok(()) => return Ok(sub_tpp),
                Err(Cancelled { at: Some(0), item }) => {
                    sub_tpp = from_item(item.ok_or_else(Error::not_found)?)?;
                }
                Err(_) => self.pause(attempt).await?,
            }
        }
        Err(busy())
    }

    fn deletion(&self, sub_tpp: &SubTpp) -> Result<Vec<TransactWriteItem>> {
        let SubTpp { member_id, id, .. } = *sub_tpp;
        let may = Condition::with("#revision = :revision AND attribute_not_exists(#children)")
            .name("#revision", "revision")
            .name("#children", "children")
            .value(":revision", AttributeValue::N(sub_tpp.revision.to_string()));
        let kept = SubTpp {
            status: SubTppStatus::Deactivated,
            logo_key: None,
            updated_at: self.ids.now(),
            revision: sub_tpp.revision + 1,
            ..sub_tpp.clone()
        };
        let kept = to_item(patterns::SUB_TPP, keys::deleted_sub_tpp(member_id, id), &kept)?;
        let there = Condition::is_there;
        let domain = keys::sub_tpp_domain(member_id, &sub_tpp.domain);
        let mut writes = vec![
            self.table.delete_if(&sub_tpp.key(), may)?,
            self.table.put_new(kept)?,
            self.table.delete_if(&domain, there())?,
        ];
        if let Some(parent) = sub_tpp.parent_id {
            let child = AttributeValue::Ss(vec![id.to_string()]);
            let child = there().name("#children", "children").value(":child", child);
            let parent = keys::sub_tpp(member_id, parent);
            writes.push(self.table.update_if(&parent, "DELETE #children :child", child)?);
        }
        if sub_tpp.status == SubTppStatus::AwaitingApproval {
            writes.push(self.table.delete_if(&keys::sub_tpp_approval(member_id, id), there())?);
        }
        Ok(writes)
    }
}

/// A parent that is there and may have another child.
fn parent_of(item: Option<Item>) -> Result<SubTpp> {
    let parent: SubTpp = from_item(item.ok_or_else(Error::not_found)?)?;
    parent.check_parent().map(|()| parent)
}

/// What it means for good that a write of a creation was refused: the domain is
/// the second of them, the parent the third.
fn refusal_of_creation(Cancelled { at, item }: Cancelled) -> Result<Option<Error>> {
    match at {
        Some(1) => Ok(Some(taken())),
        Some(2) => Ok(parent_of(item).err()),
        _ => Ok(None),
    }
}

fn taken() -> Error {
    let rule = "is another sub-TPP's of yours already".to_owned();
    Error::field("domain", Reason::Rule(rule))
}
