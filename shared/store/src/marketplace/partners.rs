//! Partners, as staff look after them.

use attesta_identity::UserCaller;
use attesta_model::{Error, Organisation, OrganisationId, Reason, Result, Status};
use aws_sdk_dynamodb::types::AttributeValue;
use tokio::try_join;

use super::{Enablement, Partner};
use crate::access::{
    CanChange, CanRead, Managed, StaffMember, StaffRight, organisation_id, staff_handle,
};
use crate::batch::delete_one;
use crate::catalogue_admin::{at_revision, busy};
use crate::idempotency::{Idempotency, Planned, Replay, Wrote};
use crate::table::{Cancelled, Condition, Query, Sort, Written, from_item, key_of, to_item};
use crate::{Store, keys, patterns};

/// So many rows are taken out at a time.
const PAGE: usize = 1_000;

/// The proof that a partner may be made, and of what.
#[derive(Debug)]
pub struct NewPartner {
    organisation: Option<Organisation>,
    _staff: StaffMember<CanChange>,
}

/// A partner with its organisation.
#[derive(Debug, Clone)]
pub struct PartnerOfStaff {
    /// The partner.
    pub partner: Partner,
    /// The organisation.
    pub organisation: Organisation,
}

/// A partner that is none any more, of which something may be left.
#[derive(Debug)]
pub struct ClosedPartner(OrganisationId);

/// A page of the partners, by the age of their organisations.
#[derive(Debug, Clone)]
pub struct PartnerPage {
    /// The partners.
    pub partners: Vec<PartnerOfStaff>,
    /// After which one the next page begins; none on the last.
    pub next: Option<OrganisationId>,
}

impl Store {
    /// Looks up, in one round, all that a new partner needs: the caller's
    /// right, the organisation that is to become one if there is one already,
    /// and the answer to the same call if it came before.
    ///
    /// # Errors
    /// Those of [`Store::staff`], [`Error::Invalid`] where there is no such
    /// organisation, [`Error::Conflict`] where it is a partner already.
    pub async fn plan_partner(
        &self,
        caller: &UserCaller,
        of: Option<OrganisationId>,
        idempotency: Option<&Idempotency>,
    ) -> Result<Planned<NewPartner>> {
        let user = keys::user(caller.user_id);
        let own = of.map(|id| [keys::organisation(id), keys::partner(id)]);
        let earlier = idempotency.map(Idempotency::key);
        let wanted: Vec<_> = [user.clone()]
            .into_iter()
            .chain(own.iter().flatten().cloned())
            .chain(earlier)
            .collect();
        let mut found = self.table.get_all(&wanted).await?;
        let _staff = staff_handle(caller, found.remove(&user))?;
        if let Some(call) = idempotency
            && let Replay::Same(answer) = call.replay(found.remove(&call.key()), self.ids.now())?
        {
            return Ok(Planned::Same(answer));
        }
        let Some([organisation, partner]) = own else {
            return Ok(Planned::New(NewPartner { organisation: None, _staff }));
        };
        let organisation: Option<Organisation> =
            found.remove(&organisation).map(from_item).transpose()?;
        let organisation = organisation.filter(|one| one.status != Status::Deleted);
        let rule = || Reason::Rule("is no organisation".to_owned());
        let organisation = organisation.ok_or_else(|| Error::field("organisation_id", rule()))?;
        if found.contains_key(&partner) {
            return Err(partner_already());
        }
        Ok(Planned::New(NewPartner { organisation: Some(organisation), _staff }))
    }

    /// Makes an organisation a partner, and the organisation too where it has
    /// only a name yet.
    ///
    /// # Errors
    /// [`Error::Conflict`] where it became a partner meanwhile, or the call's
    /// key was used with another body.
    pub async fn create_partner(
        &self,
        new: NewPartner,
        name: &str,
        deployments: Vec<String>,
        idempotency: Option<&Idempotency>,
        answer: impl Fn(&PartnerOfStaff) -> Result<String>,
    ) -> Result<String> {
        let now = self.ids.now();
        let is_new = new.organisation.is_none();
        let organisation = match new.organisation {
            Some(organisation) => organisation,
            None => Organisation::new(OrganisationId(self.ids.uuid()?), name, now),
        };
        let key = keys::organisation(organisation.id);
        let partner = Partner {
            organisation_id: organisation.id,
            deployments,
            closing: false,
            created_at: now,
            updated_at: now,
            revision: 1,
        };
        let whole = if is_new {
            self.table.put_new(to_item(patterns::ORGANISATION, key, &organisation)?)?
        } else {
            self.table.check(&key, Condition::is_there())?
        };
        let writes = vec![self.table.put_new(partner.item()?)?, whole];
        let answer = answer(&PartnerOfStaff { partner, organisation })?;
        match self.write_first(idempotency, writes, &answer).await? {
            Wrote::Done => Ok(answer),
            Wrote::Same(answer) => Ok(answer),
            Wrote::Refused(Cancelled { at: Some(0), .. }) => Err(partner_already()),
            Wrote::Refused(_) => Err(busy()),
        }
    }

    /// A partner.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`].
    pub async fn managed_partner<R: StaffRight>(
        &self,
        caller: &UserCaller,
        id: &str,
    ) -> Result<Managed<PartnerOfStaff, R>> {
        let id = organisation_id(id);
        let wanted = [keys::user(caller.user_id), keys::organisation(id), keys::partner(id)];
        let [user, organisation, partner] = self.table.get_many(wanted).await?;
        let staff = staff_handle(caller, user)?;
        let (Some(organisation), Some(partner)) = (organisation, partner) else {
            return Err(Error::not_found());
        };
        let of_staff =
            PartnerOfStaff { partner: from_item(partner)?, organisation: from_item(organisation)? };
        Ok(Managed::new(of_staff, &staff))
    }

    /// A page of the partners.
    ///
    /// # Errors
    /// Those of [`Store::staff`].
    pub async fn staff_partners(
        &self,
        caller: &UserCaller,
        after: Option<OrganisationId>,
        limit: usize,
    ) -> Result<PartnerPage> {
        let sort = after.map_or(Sort::Any, |id| Sort::After(id.to_string()));
        let query = Query::index(keys::PARTNERS.to_owned(), sort);
        let rows = self.table.query_up_to(query, limit + 1);
        let (_, rows) = try_join!(self.staff::<CanRead>(caller), rows)?;
        let has_more = rows.len() > limit;
        let rows = rows.into_iter().take(limit).map(from_item);
        let partners = rows.collect::<Result<Vec<Partner>>>()?;
        let ids: Vec<_> = partners.iter().map(|partner| partner.organisation_id).collect();
        let next = ids.last().copied().filter(|_| has_more);
        let organisations = ids.into_iter().map(keys::organisation).collect();
        let organisations = self.table.get_each(organisations).await?;
        let both = partners.into_iter().zip(organisations);
        let both = both.filter_map(|(partner, organisation)| Some((partner, organisation?)));
        let with = |(partner, organisation)| {
            Ok(PartnerOfStaff { partner, organisation: from_item(organisation)? })
        };
        Ok(PartnerPage { partners: both.map(with).collect::<Result<_>>()?, next })
    }

    /// Says which deployments a partner has. Whatever the others had is taken
    /// out; said again, it goes on where it was broken off.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the partner was changed by another meanwhile.
    pub async fn change_deployments(
        &self,
        managed: &Managed<PartnerOfStaff, CanChange>,
        deployments: Vec<String>,
    ) -> Result<PartnerOfStaff> {
        let PartnerOfStaff { partner: old, organisation } = managed.get();
        let partner = Partner {
            deployments,
            updated_at: self.ids.now(),
            revision: old.revision + 1,
            ..old.clone()
        };
        let put = self.table.put_if(partner.item()?, at_revision(old.revision))?;
        self.table.transact(vec![put]).await?.map_err(|_| busy())?;
        let enabled = Sort::StartsWith(keys::ENABLED_PREFIX.to_owned());
        let query = Query::table(keys::partner_listings(old.organisation_id), enabled);
        for item in self.table.query_all(query).await? {
            let row: Enablement = from_item(item)?;
            if !partner.deployments.contains(&row.deployment) {
                self.take_out(&row).await?;
            }
        }
        Ok(PartnerOfStaff { partner, organisation: organisation.clone() })
    }

    /// Makes an organisation a partner no more: its keys count no more here, at
    /// once.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is gone meanwhile.
    pub async fn close_partner(
        &self,
        managed: &Managed<PartnerOfStaff, CanChange>,
    ) -> Result<ClosedPartner> {
        let id = managed.get().partner.organisation_id;
        let closing = Condition::is_there()
            .name("#c", "closing")
            .value(":true", AttributeValue::Bool(true))
            .value(":one", AttributeValue::N("1".to_owned()));
        let change = "SET #c = :true ADD revision :one";
        match self.table.update(&keys::partner(id), change, closing).await? {
            Written::Done => Ok(ClosedPartner(id)),
            Written::Refused(_) => Err(Error::not_found()),
        }
    }

    /// Takes out all that a partner could see and had, and then what made it
    /// one. Its organisation and its customers stay. Broken off, both may be
    /// done again.
    ///
    /// # Errors
    /// When the table can't be read or written.
    pub async fn delete_partner(&self, ClosedPartner(id): ClosedPartner) -> Result<()> {
        loop {
            let query = Query::table(keys::partner_listings(id), Sort::Any);
            let rows = self.table.query_up_to(query, PAGE).await?;
            if rows.is_empty() {
                break;
            }
            let keys = rows.iter().filter_map(key_of);
            let gone = keys.map(|key| delete_one(&key)).collect::<Result<_>>()?;
            self.table.write_many(gone).await?;
        }
        match self.table.delete(&keys::partner(id)).await {
            Ok(()) | Err(Error::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn partner_already() -> Error {
    let message = "The organisation is a partner already.".to_owned();
    Error::Conflict { code: "partner_already", message }
}
