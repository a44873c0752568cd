//! Partners, who call by their keys.

use std::collections::HashMap;

use attesta_identity::MachineKey;
use attesta_model::{
    CredentialId, Error, ListingId, MachineKind, Organisation, OrganisationId, Result, Scope,
};

use crate::Store;
use crate::audit::{Actor, note_caller};
use crate::credential::Credential;
use crate::keys::{self, Key};
use crate::marketplace::{Approval, Listing, Partner};
use crate::table::{Item, from_item};

/// What is said of every key that is not let in.
const REFUSED: Error = Error::Forbidden("API key unknown, revoked or not allowed here.");

/// A partner's machine client, whose key was found to be good. Whether its
/// organisation still is a partner is judged with what it asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartnerCaller {
    organisation_id: OrganisationId,
    client_id: CredentialId,
}

impl PartnerCaller {
    /// The organisation that it calls for.
    #[must_use]
    pub const fn organisation_id(&self) -> OrganisationId {
        self.organisation_id
    }

    /// The client itself.
    #[must_use]
    pub const fn client_id(&self) -> CredentialId {
        self.client_id
    }
}

/// A listing that the caller's organisation may see.
#[derive(Debug, Clone)]
pub struct ApprovedListing {
    pub(crate) partner: Partner,
    listing: Listing,
    approval: Approval,
}

impl ApprovedListing {
    /// The listing.
    #[must_use]
    pub const fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Refuses a listing that none of the partner's deployments has.
    pub(crate) fn check_enabled(&self) -> Result<()> {
        (self.approval.enabled > 0).then_some(()).ok_or_else(Error::not_found)
    }
}

impl Store {
    /// The partner's machine client behind a key. A key that nobody has costs
    /// what a wrong secret costs.
    ///
    /// # Errors
    /// [`Error::Forbidden`], whatever it was that didn't fit.
    pub async fn partner_caller(&self, key: &MachineKey) -> Result<PartnerCaller> {
        let [item] = self.table.get_many([keys::credential(key.id)]).await?;
        let credential = Credential::unlocked(item, &key.secret, self.ids.now());
        let credential = credential.map_err(|error| match error {
            Error::Unauthenticated(_) => REFUSED,
            other => other,
        })?;
        let machine = credential.machine().filter(|machine| machine.kind() == MachineKind::Partner);
        let organisation_id = machine.and_then(|machine| machine.organisation_id());
        let organisation_id = organisation_id.ok_or(REFUSED)?;
        if !credential.scopes.contains(Scope::Marketplace) {
            return Err(REFUSED);
        }
        self.note_use(&credential).await;
        note_caller(Actor::Machine { id: credential.id }, Some(organisation_id));
        Ok(PartnerCaller { organisation_id, client_id: credential.id })
    }

    /// A listing that the caller's organisation may see.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where that is no partner any more,
    /// [`Error::NotFound`] where it may not see it, or there is none.
    pub async fn approved_listing(
        &self,
        caller: &PartnerCaller,
        listing: &str,
    ) -> Result<ApprovedListing> {
        let listing = listing_id(listing);
        let mut found = self.table.get_all(&approved_keys(caller, listing)).await?;
        approved_handle(caller, listing, &mut found)
    }
}

/// What a partner who calls is judged by.
pub(crate) fn partner_keys(caller: &PartnerCaller) -> [Key; 2] {
    [keys::organisation(caller.organisation_id), keys::partner(caller.organisation_id)]
}

/// Judges a partner by the items under [`partner_keys`].
pub(crate) fn partner_handle(
    caller: &PartnerCaller,
    found: &mut HashMap<Key, Item>,
) -> Result<Partner> {
    let [organisation, partner] = partner_keys(caller).map(|key| found.remove(&key));
    let organisation: Organisation = from_item(organisation.ok_or(REFUSED)?)?;
    let partner: Partner = from_item(partner.ok_or(REFUSED)?)?;
    let counts = organisation.status.is_live() && !partner.closing;
    counts.then_some(partner).ok_or(REFUSED)
}

/// What a partner's right to a listing is judged by.
pub(crate) fn approved_keys(caller: &PartnerCaller, listing: ListingId) -> Vec<Key> {
    let both = [keys::listing(listing), keys::approval(caller.organisation_id, listing)];
    partner_keys(caller).into_iter().chain(both).collect()
}

/// Judges a partner's right to a listing by the items under [`approved_keys`].
pub(crate) fn approved_handle(
    caller: &PartnerCaller,
    id: ListingId,
    found: &mut HashMap<Key, Item>,
) -> Result<ApprovedListing> {
    let partner = partner_handle(caller, found)?;
    let listing = found.remove(&keys::listing(id)).ok_or_else(Error::not_found)?;
    let listing: Listing = from_item(listing)?;
    let approval = found.remove(&keys::approval(partner.organisation_id, id));
    let approval = from_item(approval.ok_or_else(Error::not_found)?)?;
    if listing.deleted_at.is_some() {
        return Err(Error::not_found());
    }
    Ok(ApprovedListing { partner, listing, approval })
}

/// An id that can't be one is looked up as one that isn't there: who asks is
/// judged first.
pub(crate) fn listing_id(text: &str) -> ListingId {
    text.parse().unwrap_or(ListingId(uuid::Uuid::nil()))
}

/// The same of an organisation.
pub(crate) fn organisation_id(text: &str) -> OrganisationId {
    text.parse().unwrap_or(OrganisationId(uuid::Uuid::nil()))
}
