//! Listings, as staff look after them.

use attesta_identity::{Secret, UserCaller};
use attesta_model::marketplace::{Categories, kept};
use attesta_model::{Error, ListingId, ProviderId, Reason, Result};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use serde::{Deserialize, Serialize};
use tokio::try_join;

use super::{Document, Listed, Listing};
use crate::access::{
    CanChange, CanRead, Managed, StaffMember, StaffRight, listing_id, staff_handle,
};
use crate::catalogue_admin::{at_revision, busy};
use crate::idempotency::{Idempotency, Replay, Wrote};
use crate::table::{Cancelled, Condition, Query, Sort, from_item};
use crate::{Store, keys};

/// What is said of a listing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ListingFields {
    /// Its name, for people.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What its provider is set up with; may hold secrets.
    pub configuration: Document,
    /// What it costs beyond, in the marketplace's own units.
    pub premium: Option<i64>,
    /// How it is rated.
    pub rating: Option<f64>,
    /// Whatever else is said of it.
    pub meta: Option<Document>,
    /// Its type.
    pub kind: Option<String>,
    /// Its tier.
    pub tier_level: Option<i64>,
    /// The product types that it offers, by category.
    pub categories: Categories,
    /// The provider of the provider API that it points at: to enable the one
    /// enables the other.
    pub provider_id: Option<ProviderId>,
}

/// The proof that a listing may be made.
#[derive(Debug)]
pub struct NewListing {
    _staff: StaffMember<CanChange>,
}

/// A page of the listings, by age.
#[derive(Debug, Clone)]
pub struct ListingPage {
    /// The listings.
    pub listings: Vec<Listing>,
    /// After which one the next page begins; none on the last.
    pub next: Option<ListingId>,
}

impl Store {
    /// Whether the caller may make a listing, by a call that did not come
    /// before.
    ///
    /// # Errors
    /// Those of [`Store::staff`], [`Error::Conflict`] where the call's key was
    /// used before.
    pub async fn plan_listing(
        &self,
        caller: &UserCaller,
        idempotency: Option<&Idempotency>,
    ) -> Result<NewListing> {
        let user = keys::user(caller.user_id);
        let earlier = idempotency.map(Idempotency::key);
        let wanted: Vec<_> = earlier.iter().cloned().chain([user.clone()]).collect();
        let mut found = self.table.get_all(&wanted).await?;
        let _staff = staff_handle(caller, found.remove(&user))?;
        if let (Some(call), Some(key)) = (idempotency, earlier)
            && let Replay::Same(id) = call.replay(found.remove(&key), self.ids.now())?
        {
            return Err(made_before(&id));
        }
        Ok(NewListing { _staff })
    }

    /// Makes a listing. Its API key is in the answer and nowhere else.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it may not point at its provider,
    /// [`Error::Conflict`] where the call's key was used meanwhile.
    pub async fn create_listing(
        &self,
        _proof: &NewListing,
        fields: ListingFields,
        idempotency: Option<&Idempotency>,
    ) -> Result<(Listing, Secret)> {
        let secret = Secret::new(Secret::LISTING, &self.ids.random()?);
        let now = self.ids.now();
        let listing = Listing {
            id: ListingId(self.ids.uuid()?),
            fields,
            key_beginning: secret.beginning().to_owned(),
            key_hash: secret.hash(),
            created_at: now,
            updated_at: now,
            deleted_at: None,
            revision: 1,
        };
        let mut writes = vec![
            self.table.put_new(listing.item()?)?,
            self.table.put_new(listing.categories_item()?)?,
        ];
        let linking = writes.len();
        writes.extend(self.linking(listing.id, listing.fields.provider_id)?);
        match self.write_first(idempotency, writes, &listing.id.to_string()).await? {
            Wrote::Done => Ok((listing, secret)),
            Wrote::Same(id) => Err(made_before(&id)),
            Wrote::Refused(Cancelled { at, .. }) if at == Some(linking) => {
                Err(not_to_be_pointed_at())
            }
            Wrote::Refused(_) => Err(busy()),
        }
    }

    /// A listing.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`].
    pub async fn managed_listing<R: StaffRight>(
        &self,
        caller: &UserCaller,
        id: &str,
    ) -> Result<Managed<Listing, R>> {
        let wanted = [keys::user(caller.user_id), keys::listing(listing_id(id))];
        let [user, listing] = self.table.get_many(wanted).await?;
        let staff = staff_handle(caller, user)?;
        let listing: Option<Listing> = listing.map(from_item).transpose()?;
        let listing = listing.filter(|listing| listing.deleted_at.is_none());
        Ok(Managed::new(listing.ok_or_else(Error::not_found)?, &staff))
    }

    /// A page of the listings.
    ///
    /// # Errors
    /// Those of [`Store::staff`].
    pub async fn staff_listings(
        &self,
        caller: &UserCaller,
        after: Option<ListingId>,
        limit: usize,
    ) -> Result<ListingPage> {
        let sort = after.map_or(Sort::Any, |id| Sort::After(id.to_string()));
        let query = Query::table(keys::LISTINGS.to_owned(), sort);
        let rows = self.table.query_up_to(query, limit + 1);
        let (_, rows) = try_join!(self.staff::<CanRead>(caller), rows)?;
        let has_more = rows.len() > limit;
        let rows = rows.into_iter().take(limit).map(from_item::<Listed>);
        let ids = rows.map(|row| Ok(row?.id)).collect::<Result<Vec<_>>>()?;
        let next = ids.last().copied().filter(|_| has_more);
        let listings = self.table.get_each(ids.into_iter().map(keys::listing).collect()).await?;
        let listings = listings.into_iter().flatten().map(from_item).collect::<Result<Vec<_>>>()?;
        Ok(ListingPage { listings, next })
    }

    /// Changes a listing; its identifier, key and age stay. Secrets of its
    /// configuration that come back masked stay what they are.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it may not point at its provider,
    /// [`Error::Conflict`] where it was changed by another meanwhile.
    pub async fn change_listing(
        &self,
        managed: &Managed<Listing, CanChange>,
        mut fields: ListingFields,
    ) -> Result<Listing> {
        let old = managed.get();
        fields.configuration.0 = kept(fields.configuration.0, &old.fields.configuration.0);
        let (before, after) = (old.fields.provider_id, fields.provider_id);
        let changed = self.revised(Listing { fields, ..old.clone() });
        let mut writes = vec![
            self.table.put_if(changed.item()?, at_revision(old.revision))?,
            self.table.put_if(changed.categories_item()?, Condition::is_there())?,
        ];
        let linking = writes.len();
        if before != after {
            writes.extend(self.linking(old.id, after)?);
            writes.extend(self.releasing(old.id, before)?);
        }
        match self.write_first(None, writes, "").await? {
            Wrote::Refused(Cancelled { at, .. }) if at == Some(linking) && after.is_some() => {
                Err(not_to_be_pointed_at())
            }
            Wrote::Refused(_) => Err(busy()),
            Wrote::Done | Wrote::Same(_) => Ok(changed),
        }
    }

    /// Gives a listing another API key, which is in the answer and nowhere
    /// else; the one before counts no more.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it was changed by another meanwhile.
    pub async fn rotate_listing_key(
        &self,
        managed: &Managed<Listing, CanChange>,
    ) -> Result<(Listing, Secret)> {
        let old = managed.get();
        let secret = Secret::new(Secret::LISTING, &self.ids.random()?);
        let changed = self.revised(Listing {
            key_beginning: secret.beginning().to_owned(),
            key_hash: secret.hash(),
            ..old.clone()
        });
        let put = self.table.put_if(changed.item()?, at_revision(old.revision))?;
        self.table.transact(vec![put]).await?.map_err(|_| busy())?;
        Ok((changed, secret))
    }

    /// Takes a listing out of the marketplace for good. Its partners see it no
    /// more, at once, and a provider that it points at works for everybody
    /// again.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it was changed by another meanwhile.
    pub async fn delete_listing(&self, managed: &Managed<Listing, CanChange>) -> Result<()> {
        let old = managed.get();
        let gone = Listing { deleted_at: Some(self.ids.now()), ..old.clone() };
        let gone = self.revised(gone);
        let mut writes = vec![
            self.table.put_if(gone.item()?, at_revision(old.revision))?,
            self.table.delete_if(&keys::listing_categories(old.id), Condition::default())?,
        ];
        writes.extend(self.releasing(old.id, old.fields.provider_id)?);
        self.table.transact(writes).await?.map_err(|_| busy())
    }

    fn revised(&self, listing: Listing) -> Listing {
        Listing { updated_at: self.ids.now(), revision: listing.revision + 1, ..listing }
    }

    /// Notes with a provider which listing points at it: one at most.
    fn linking(&self, id: ListingId, at: Option<ProviderId>) -> Result<Option<TransactWriteItem>> {
        let free = "attribute_exists(pk) AND attribute_not_exists(deleted_at) \
                    AND attribute_not_exists(listing_id)";
        let change = "SET listing_id = :listing ADD revision :one";
        let link = |at| {
            self.table.update_if(&keys::provider(at), change, by_listing(Condition::with(free), id))
        };
        at.map(link).transpose()
    }

    /// Takes that note away.
    fn releasing(
        &self,
        id: ListingId,
        at: Option<ProviderId>,
    ) -> Result<Option<TransactWriteItem>> {
        let change = "REMOVE listing_id ADD revision :one";
        let release = |at| {
            let own = Condition::with("listing_id = :listing");
            self.table.update_if(&keys::provider(at), change, by_listing(own, id))
        };
        at.map(release).transpose()
    }
}

fn by_listing(condition: Condition, id: ListingId) -> Condition {
    let one = AttributeValue::N("1".to_owned());
    condition.value(":listing", AttributeValue::S(id.to_string())).value(":one", one)
}

fn not_to_be_pointed_at() -> Error {
    let text = "is no provider, or another listing points at it";
    Error::field("provider_id", Reason::Rule(text.to_owned()))
}

fn made_before(id: &str) -> Error {
    Error::Conflict {
        code: "made_before",
        message: format!("This call made the provider {id}; its key is shown once alone."),
    }
}
