//! Sub-TPPs that staff are to approve.

use attesta_identity::UserCaller;
use attesta_model::{Country, Error, Result, SubTppId, SubTppStatus};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use tokio::try_join;

use crate::access::{CanChange, CanRead, Managed};
use crate::catalogue_admin::busy;
use crate::sub_tpp::{Approval, SubTpp};
use crate::table::{Cancelled, Condition, Query, Sort, from_item, stored};
use crate::{Store, keys};

/// What staff decide of a sub-TPP that awaits approval.
#[derive(Debug, Clone)]
pub enum Decision {
    /// It may be used.
    Approve {
        /// But not here.
        restricted_countries: Vec<Country>,
        /// Its merchant category code, where it has one.
        mcc_code: Option<String>,
    },
    /// It may not.
    Reject {
        /// Why.
        reason: String,
    },
}

/// A page of the sub-TPPs that await approval, oldest first.
#[derive(Debug, Clone)]
pub struct ApprovalPage {
    /// The sub-TPPs.
    pub sub_tpps: Vec<SubTpp>,
    /// After which one the next page begins; none on the last.
    pub next: Option<SubTppId>,
}

impl Store {
    /// A page of all that awaits approval.
    ///
    /// # Errors
    /// Those of [`Store::staff`].
    pub async fn sub_tpp_approvals(
        &self,
        caller: &UserCaller,
        after: Option<SubTppId>,
        limit: usize,
    ) -> Result<ApprovalPage> {
        let sort = match after {
            None => Sort::StartsWith(keys::SUB_TPP_PREFIX.to_owned()),
            // Behind its own place, which goes on with the member.
            Some(id) => Sort::After(format!("{}~", keys::sub_tpp_place(id))),
        };
        let query = Query::table(keys::SUB_TPP_APPROVALS.to_owned(), sort);
        let items = self.table.query_up_to(query, limit + 1);
        let (_, mut items) = try_join!(self.staff::<CanRead>(caller), items)?;
        let has_more = items.len() > limit;
        items.truncate(limit);
        let approvals: Vec<Approval> = items.into_iter().map(from_item).collect::<Result<_>>()?;
        let wanted = approvals.iter().map(|one| keys::sub_tpp(one.member_id, one.sub_tpp_id));
        let found = self.table.get_each(wanted.collect()).await?;
        Ok(ApprovalPage {
            // One that isn't there was deleted meanwhile.
            sub_tpps: found.into_iter().flatten().map(from_item).collect::<Result<_>>()?,
            next: approvals.last().filter(|_| has_more).map(|last| last.sub_tpp_id),
        })
    }

    /// Decides of a sub-TPP that awaits it.
    ///
    /// # Errors
    /// [`Error::WrongState`] where it doesn't, or was decided of meanwhile,
    /// [`Error::Conflict`] where others are changing it.
    pub async fn decide_sub_tpp(
        &self,
        managed: &Managed<SubTpp, CanChange>,
        decision: Decision,
    ) -> Result<SubTpp> {
        const DECIDED: Error = Error::WrongState("The sub-TPP does not await approval.");
        let old = managed.get();
        if old.status != SubTppStatus::AwaitingApproval {
            return Err(DECIDED);
        }
        let decided = decided(old, decision, self.ids.now());
        let change = "SET #status = :status, status_reason = :reason, \
            restricted_countries = :countries, mcc_code = :mcc, updated_at = :now, \
            #revision = :next";
        let values = Condition::with("#revision = :revision")
            .name("#status", "status")
            .name("#revision", "revision")
            .value(":status", AttributeValue::S(decided.status.name().to_owned()))
            .value(":reason", stored(&decided.status_reason)?)
            .value(":countries", stored(&decided.restricted_countries)?)
            .value(":mcc", stored(&decided.mcc_code)?)
            .value(":now", stored(&decided.updated_at)?)
            .value(":revision", AttributeValue::N(old.revision.to_string()))
            .value(":next", AttributeValue::N(decided.revision.to_string()));
        let approval = keys::sub_tpp_approval(old.member_id, old.id);
        let writes = vec![
            self.table.update_if(&old.key(), change, values)?,
            self.table.delete_if(&approval, Condition::is_there())?,
        ];
        match self.table.transact(writes).await? {
            Ok(()) => Ok(decided),
            Err(Cancelled { at: Some(_), .. }) => Err(DECIDED),
            Err(_) => Err(busy()),
        }
    }
}

fn decided(old: &SubTpp, decision: Decision, now: Timestamp) -> SubTpp {
    let changed = SubTpp { updated_at: now, revision: old.revision + 1, ..old.clone() };
    match decision {
        Decision::Approve { restricted_countries, mcc_code } => {
            let status = SubTppStatus::Activated;
            SubTpp { status, restricted_countries, mcc_code, ..changed }
        }
        Decision::Reject { reason } => {
            let status = SubTppStatus::Rejected;
            SubTpp { status, status_reason: Some(reason), ..changed }
        }
    }
}
