//! What a partner's deployments have of the listings that it may see.

use std::collections::HashSet;

use attesta_model::marketplace::{Categories, NOT_A_MEMBER};
use attesta_model::{Error, ListingId, OrganisationId, Reason, Result};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use tokio::try_join;

use super::{Approval, Enablement, Listed};
use crate::access::{ApprovedListing, PartnerCaller, partner_handle, partner_keys};
use crate::catalogue_admin::busy;
use crate::patterns::CatalogueEntry;
use crate::table::{Condition, Query, Sort, from_item, to_item};
use crate::{Store, keys, patterns};

/// How often something is tried that others are in the way of.
const TRIES: u32 = 5;

impl Store {
    /// The product types, by category, of all that a partner may see.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where it is no partner any more.
    pub async fn own_categories(&self, caller: &PartnerCaller) -> Result<Categories> {
        let approved = Sort::StartsWith(keys::APPROVED_PREFIX.to_owned());
        let approved = Query::table(keys::partner_listings(caller.organisation_id()), approved);
        let wanted = partner_keys(caller);
        let (mut found, approved, listed) = try_join!(
            self.table.get_all(&wanted),
            self.table.query_all(approved),
            self.table.query_all(Query::table(keys::LISTINGS.to_owned(), Sort::Any)),
        )?;
        partner_handle(caller, &mut found)?;
        let approved = approved.into_iter().map(|item| Ok(from_item::<Approval>(item)?.listing_id));
        let approved = approved.collect::<Result<HashSet<_>>>()?;
        let mut all = Categories::default();
        for item in listed {
            let Listed { id, categories } = from_item(item)?;
            if approved.contains(&id) {
                all.extend(categories);
            }
        }
        Ok(all)
    }

    /// Puts a product type of a listing into a deployment, or takes it out.
    /// Done before, it stays done.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the deployment is not the partner's,
    /// [`Error::Invalid`] where the listing offers no such product type.
    pub async fn set_enabled(
        &self,
        approved: &ApprovedListing,
        deployment: &str,
        product_type: &str,
        is_on: bool,
    ) -> Result<()> {
        if !approved.partner.deployments.iter().any(|own| own == deployment) {
            return Err(Error::not_found());
        }
        let listing = approved.listing();
        let offered = listing.fields.categories.product_types();
        if !offered.contains(product_type) {
            let quoted: Vec<_> = offered.iter().map(|one| format!("'{one}'")).collect();
            let text = format!("{NOT_A_MEMBER}; permitted: {}", quoted.join(", "));
            return Err(Error::field("product_type", Reason::Rule(text)));
        }
        let row = Enablement {
            partner_id: approved.partner.organisation_id,
            listing_id: listing.id,
            deployment: deployment.to_owned(),
            product_type: product_type.to_owned(),
            enabled_at: self.ids.now(),
        };
        if is_on { self.put_in(&row).await } else { self.take_out(&row).await }
    }

    async fn put_in(&self, row: &Enablement) -> Result<()> {
        for attempt in 0..TRIES {
            let own = Condition::with("contains(deployments, :own) AND closing = :false")
                .value(":own", AttributeValue::S(row.deployment.clone()))
                .value(":false", AttributeValue::Bool(false));
            let item = to_item(patterns::ENABLEMENT, key_of_row(row), row)?;
            let writes = vec![
                self.table.put_new(item)?,
                self.count(row, 1)?,
                self.table.check(&keys::partner(row.partner_id), own)?,
            ];
            match self.table.transact(writes).await? {
                Ok(()) => return Ok(()),
                Err(cancelled) => match cancelled.at {
                    Some(0) => return Ok(()),
                    Some(_) => return Err(Error::not_found()),
                    None => self.pause(attempt).await?,
                },
            }
        }
        Err(busy())
    }

    /// Takes a product type of a listing out of a deployment.
    pub(super) async fn take_out(&self, row: &Enablement) -> Result<()> {
        for attempt in 0..TRIES {
            let writes = vec![
                self.table.delete_if(&key_of_row(row), Condition::is_there())?,
                self.count(row, -1)?,
            ];
            match self.table.transact(writes).await? {
                Ok(()) => return Ok(()),
                Err(cancelled) => match cancelled.at {
                    Some(0) => return Ok(()),
                    Some(_) => return Err(Error::not_found()),
                    None => self.pause(attempt).await?,
                },
            }
        }
        Err(busy())
    }

    /// Counts with the approval how often the listing is enabled.
    fn count(&self, row: &Enablement, by: i64) -> Result<TransactWriteItem> {
        let key = keys::approval(row.partner_id, row.listing_id);
        let by = AttributeValue::N(by.to_string());
        let condition = Condition::is_there().name("#n", "enabled").value(":by", by);
        self.table.update_if(&key, "ADD #n :by", condition)
    }

    /// Instruments with those of their providers that work for an
    /// organisation: one that a listing points at only where that is enabled.
    /// Where none does, this costs nothing.
    ///
    /// # Errors
    /// When the table can't be read.
    pub(crate) async fn open_to(
        &self,
        organisation: OrganisationId,
        mut entries: Vec<CatalogueEntry>,
    ) -> Result<Vec<CatalogueEntry>> {
        let providers = entries.iter().flat_map(|entry| &entry.providers);
        let listings: HashSet<_> = providers.filter_map(|provider| provider.listing_id).collect();
        let wanted: Vec<_> =
            listings.into_iter().map(|listing| keys::approval(organisation, listing)).collect();
        let found = self.table.get_all(&wanted).await?;
        let approvals = found.into_values().map(from_item).collect::<Result<Vec<Approval>>>()?;
        let enabled = approvals.into_iter().filter(|approval| approval.enabled > 0);
        let enabled: HashSet<_> = enabled.map(|approval| approval.listing_id).collect();
        for entry in &mut entries {
            let is_open = |id: Option<ListingId>| id.is_none_or(|id| enabled.contains(&id));
            entry.providers.retain(|provider| is_open(provider.listing_id));
        }
        Ok(entries)
    }
}

fn key_of_row(row: &Enablement) -> keys::Key {
    keys::enablement(row.partner_id, row.listing_id, &row.deployment, &row.product_type)
}
