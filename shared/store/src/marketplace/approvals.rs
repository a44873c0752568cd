//! What partners may see, as staff say.

use attesta_identity::UserCaller;
use attesta_model::{Error, ListingId, OrganisationId, Result, UserId};
use aws_sdk_dynamodb::types::AttributeValue;
use tokio::try_join;

use super::{Approval, Listing, Partner};
use crate::access::{
    CanChange, CanRead, Managed, StaffRight, listing_id, organisation_id, staff_handle,
};
use crate::batch::delete_one;
use crate::catalogue_admin::busy;
use crate::table::{Condition, Query, Sort, from_item, key_of, to_item};
use crate::{Store, keys, patterns};

/// A partner and a listing that it may see or not.
#[derive(Debug, Clone)]
pub struct ApprovalOfStaff {
    partner_id: OrganisationId,
    listing_id: ListingId,
    staff_id: UserId,
    is_approved: bool,
}

/// A page of what a partner may see, by the listings' age.
#[derive(Debug, Clone)]
pub struct ApprovedPage {
    /// The approvals.
    pub approvals: Vec<Approval>,
    /// After which listing the next page begins; none on the last.
    pub next: Option<ListingId>,
}

impl Store {
    /// A partner and a listing.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`] where there is no
    /// such partner or listing.
    pub async fn managed_approval<R: StaffRight>(
        &self,
        caller: &UserCaller,
        partner: &str,
        listing: &str,
    ) -> Result<Managed<ApprovalOfStaff, R>> {
        let (partner_id, listing_id) = (organisation_id(partner), listing_id(listing));
        let wanted = [
            keys::user(caller.user_id),
            keys::partner(partner_id),
            keys::listing(listing_id),
            keys::approval(partner_id, listing_id),
        ];
        let [user, partner, listing, approval] = self.table.get_many(wanted).await?;
        let staff = staff_handle(caller, user)?;
        let partner: Partner = from_item(partner.ok_or_else(Error::not_found)?)?;
        let listing: Listing = from_item(listing.ok_or_else(Error::not_found)?)?;
        if partner.closing || listing.deleted_at.is_some() {
            return Err(Error::not_found());
        }
        let staff_id = staff.id();
        let is_approved = approval.is_some();
        Ok(Managed::new(ApprovalOfStaff { partner_id, listing_id, staff_id, is_approved }, &staff))
    }

    /// Lets a partner see a listing. What an earlier approval left behind goes
    /// first.
    ///
    /// # Errors
    /// [`Error::NotFound`] where one of both went meanwhile.
    pub async fn approve(&self, managed: &Managed<ApprovalOfStaff, CanChange>) -> Result<()> {
        let ApprovalOfStaff { partner_id, listing_id, staff_id, is_approved } = *managed.get();
        if is_approved {
            return Ok(());
        }
        self.forget_enablements(partner_id, listing_id).await?;
        let approved_at = self.ids.now();
        let approval = Approval { listing_id, enabled: 0, approved_by: staff_id, approved_at };
        let key = keys::approval(partner_id, listing_id);
        let is_open = Condition::with("attribute_exists(pk) AND closing = :false")
            .value(":false", AttributeValue::Bool(false));
        let is_listed = Condition::with("attribute_exists(pk)");
        let writes = vec![
            self.table.put_new(to_item(patterns::APPROVAL, key, &approval)?)?,
            self.table.check(&keys::partner(partner_id), is_open)?,
            self.table.check(&keys::listing_categories(listing_id), is_listed)?,
        ];
        match self.table.transact(writes).await? {
            // Somebody else said so meanwhile.
            Err(cancelled) if cancelled.at == Some(0) => Ok(()),
            Err(cancelled) if cancelled.at.is_some() => Err(Error::not_found()),
            Err(_) => Err(busy()),
            Ok(()) => Ok(()),
        }
    }

    /// Lets a partner see a listing no more: it is out of all deployments, at
    /// once.
    ///
    /// # Errors
    /// When the table can't be read or written.
    pub async fn disapprove(&self, managed: &Managed<ApprovalOfStaff, CanChange>) -> Result<()> {
        let ApprovalOfStaff { partner_id, listing_id, .. } = *managed.get();
        match self.table.delete(&keys::approval(partner_id, listing_id)).await {
            Ok(()) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
        self.forget_enablements(partner_id, listing_id).await
    }

    /// A page of what a partner may see.
    ///
    /// # Errors
    /// Those of [`Store::managed_partner`].
    pub async fn staff_approvals(
        &self,
        caller: &UserCaller,
        partner: &str,
        after: Option<ListingId>,
        limit: usize,
    ) -> Result<ApprovedPage> {
        let id = organisation_id(partner);
        let place = |listing| keys::approval(id, listing).sk;
        let first = after.map_or_else(|| keys::APPROVED_PREFIX.to_owned(), |at| place(at) + "!");
        let sort = Sort::Between(first, format!("{}~", keys::APPROVED_PREFIX));
        let rows =
            self.table.query_up_to(Query::table(keys::partner_listings(id), sort), limit + 1);
        let (_, rows) = try_join!(self.managed_partner::<CanRead>(caller, partner), rows)?;
        let has_more = rows.len() > limit;
        let rows = rows.into_iter().take(limit).map(from_item);
        let approvals = rows.collect::<Result<Vec<Approval>>>()?;
        let next = approvals.last().map(|approval| approval.listing_id).filter(|_| has_more);
        Ok(ApprovedPage { approvals, next })
    }

    /// Takes out what deployments had of a listing that they may not see.
    async fn forget_enablements(&self, partner: OrganisationId, listing: ListingId) -> Result<()> {
        let sort = Sort::StartsWith(keys::enablements_of(listing));
        let rows =
            self.table.query_all(Query::table(keys::partner_listings(partner), sort)).await?;
        let keys = rows.iter().filter_map(key_of);
        let gone = keys.map(|key| delete_one(&key)).collect::<Result<Vec<_>>>()?;
        self.table.write_many(gone).await
    }
}
