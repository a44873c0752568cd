//! Who acts for a tenant: the tenant itself, its resellers, and staff.

use std::collections::{HashMap, HashSet};
use std::fmt::Debug;
use std::marker::PhantomData;

use attesta_identity::{Caller, MachineCaller, UserCaller};
use attesta_model::{
    Domain, Error, MachineKind, Organisation, OrganisationId, Reseller, Result, Scope, Staff,
};
use tokio::try_join;

use super::{Acting, CanManage, CanRead, acting, caller_keys, staff_of};
use crate::Store;
use crate::audit::note_organisation;
use crate::idempotency::{Idempotency, Replay};
use crate::keys::{self, Key};
use crate::people::UserWithProfiles;
use crate::table::{Item, from_item, key_of};
use crate::tenants::Holder;

/// What a user's role in an organisation that sells is called.
const CSP: &str = "csp";
/// The same in one that sells for another.
const RESELLER: &str = "reseller";
/// So many of the organisations that a user is a reseller in are looked at.
const MOST_RESELLERS: usize = 10;

/// Who calls, and the domain of the tenant that they mean.
#[derive(Debug, Clone)]
pub struct AtTenant {
    /// Who calls.
    pub caller: Caller,
    /// The domain, as it was given.
    pub domain: String,
}

/// As what somebody acts for a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantRole {
    /// As the tenant itself.
    Csp,
    /// As this reseller of it.
    Reseller(OrganisationId),
    /// As staff.
    Staff(Staff),
}

/// The right to sell: to give customers provider instances.
#[derive(Debug, Clone, Copy)]
pub struct CanSell;

/// The right to see all that a tenant has.
#[derive(Debug, Clone, Copy)]
pub struct CanOversee;

/// A right that a role may have.
pub trait TenantRight: Debug {
    /// Whether it has it.
    fn is_held_by(role: TenantRole) -> bool;
}

impl TenantRight for CanRead {
    fn is_held_by(_: TenantRole) -> bool {
        true
    }
}

impl TenantRight for CanSell {
    fn is_held_by(role: TenantRole) -> bool {
        matches!(role, TenantRole::Csp | TenantRole::Reseller(_))
    }
}

impl TenantRight for CanOversee {
    fn is_held_by(role: TenantRole) -> bool {
        matches!(role, TenantRole::Csp | TenantRole::Staff(_))
    }
}

impl TenantRight for CanManage {
    fn is_held_by(role: TenantRole) -> bool {
        matches!(role, TenantRole::Csp | TenantRole::Staff(Staff::Admin))
    }
}

/// A tenant that the caller was found to have the right `R` to.
#[derive(Debug, Clone, Copy)]
pub struct InTenant<R: TenantRight> {
    tenant: OrganisationId,
    role: TenantRole,
    right: PhantomData<R>,
}

impl<R: TenantRight> InTenant<R> {
    /// The tenant.
    #[must_use]
    pub const fn tenant(&self) -> OrganisationId {
        self.tenant
    }

    /// As what the caller acts.
    #[must_use]
    pub const fn role(&self) -> TenantRole {
        self.role
    }
}

/// What a caller says and the table tells of them so far: whom they may act for
/// is still to be looked up.
#[derive(Debug)]
pub(crate) struct Claims {
    tenant: Option<OrganisationId>,
    staff: Option<Staff>,
    csp_of: Vec<OrganisationId>,
    reseller_of: Vec<OrganisationId>,
}

impl Claims {
    /// The tenant that they mean.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where there is none of that domain.
    pub(crate) fn tenant(&self) -> Result<OrganisationId> {
        self.tenant.ok_or_else(Error::forbidden)
    }

    /// The resellers that they may turn out to act as.
    pub(crate) fn resellers(&self) -> &[OrganisationId] {
        &self.reseller_of
    }

    /// What decides as what they act.
    fn keys(&self, tenant: OrganisationId) -> Vec<Key> {
        let resellers = self.reseller_of.iter();
        let resellers = resellers.flat_map(|id| [keys::reseller(*id), keys::organisation(*id)]);
        std::iter::once(keys::organisation(tenant)).chain(resellers).collect()
    }

    /// Judges them by the items under [`Claims::keys`].
    fn role(&self, tenant: OrganisationId, found: &HashMap<Key, Item>) -> Result<TenantRole> {
        if let Some(staff) = self.staff {
            return Ok(TenantRole::Staff(staff));
        }
        if !is_live(found, tenant)? {
            return Err(Error::forbidden());
        }
        if self.csp_of.contains(&tenant) {
            return Ok(TenantRole::Csp);
        }
        for id in &self.reseller_of {
            if reseller_of(found, tenant, *id)? && is_live(found, *id)? {
                return Ok(TenantRole::Reseller(*id));
            }
        }
        Err(Error::forbidden())
    }
}

/// Whether an organisation among these items may act.
fn is_live(found: &HashMap<Key, Item>, id: OrganisationId) -> Result<bool> {
    let item = found.get(&keys::organisation(id)).cloned();
    let organisation: Option<Organisation> = item.map(from_item).transpose()?;
    Ok(organisation.is_some_and(|organisation| organisation.status.is_live()))
}

/// Whether an organisation among these items sells for a tenant.
pub(crate) fn reseller_of(
    found: &HashMap<Key, Item>,
    tenant: OrganisationId,
    id: OrganisationId,
) -> Result<bool> {
    let item = found.get(&keys::reseller(id)).cloned();
    let reseller: Option<Reseller> = item.map(from_item).transpose()?;
    Ok(reseller.is_some_and(|reseller| reseller.tenant_id == tenant))
}

impl Store {
    /// What a caller says of themselves and of the tenant, in one round.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where their token counts no more,
    /// [`Error::Forbidden`] where they may do nothing, or nothing here, and
    /// [`Error::SecondFactorRequired`] of staff without one.
    pub(crate) async fn claims(&self, at: &AtTenant) -> Result<Claims> {
        let domain = at.domain.parse().ok();
        let claims = match &at.caller {
            Caller::Machine(machine) => self.claims_of_machine(machine, domain).await?,
            Caller::User(user) => self.claims_of_user(user, domain).await?,
        };
        // Whoever is nobody here is told so before anything else.
        claims.tenant().map(|_| claims)
    }

    async fn claims_of_machine(
        &self,
        caller: &MachineCaller,
        domain: Option<Domain>,
    ) -> Result<Claims> {
        let (client, tenant) = try_join!(
            self.machine(caller, Scope::ProviderInstances),
            self.tenant_of(domain.as_ref())
        )?;
        let machine = client.machine();
        let of = |kind| machine.organisation_id().filter(|_| machine.kind() == kind);
        Ok(Claims {
            tenant,
            staff: None,
            csp_of: of(MachineKind::Csp).into_iter().collect(),
            reseller_of: of(MachineKind::Reseller).into_iter().collect(),
        })
    }

    async fn claims_of_user(&self, caller: &UserCaller, domain: Option<Domain>) -> Result<Claims> {
        let pattern = UserWithProfiles(caller.user_id);
        let beside: Vec<_> = caller_keys(caller).skip(1).collect();
        let (items, mut found, tenant) = try_join!(
            self.table.query_all(pattern.query()),
            self.table.get_all(&beside),
            self.tenant_of(domain.as_ref())
        )?;
        found.extend(items.iter().filter_map(|item| Some((key_of(item)?, item.clone()))));
        let Acting { user, within } = acting(caller, &mut found, self.ids.now())?;
        let staff = staff_of(caller, &user)?;
        let profiles = pattern.fold(items)?.map(|person| person.profiles).unwrap_or_default();
        let profiles: Vec<_> = profiles.into_iter().map(|one| within.narrowed(one)).collect();
        let with = |role: &str| {
            let held = profiles.iter().filter(|one| one.roles.iter().any(|held| held == role));
            held.map(|profile| profile.organisation_id).collect::<Vec<_>>()
        };
        let mut reseller_of = with(RESELLER);
        reseller_of.truncate(MOST_RESELLERS);
        Ok(Claims { tenant, staff, csp_of: with(CSP), reseller_of })
    }

    /// Whose a domain is; what is no domain is nobody's.
    async fn tenant_of(&self, domain: Option<&Domain>) -> Result<Option<OrganisationId>> {
        let Some(domain) = domain else { return Ok(None) };
        let [holder] = self.table.get_many([keys::tenant_domain(domain)]).await?;
        let holder: Option<Holder> = holder.map(from_item).transpose()?;
        Ok(holder.map(|holder| holder.tenant_id))
    }

    /// Admits a caller with the right `R`, in one round with whatever else is
    /// wanted.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where they have no part in the tenant, or not the
    /// right.
    pub(crate) async fn admit<R: TenantRight>(
        &self,
        claims: &Claims,
        wanted: Vec<Key>,
    ) -> Result<(InTenant<R>, HashMap<Key, Item>)> {
        let tenant = claims.tenant()?;
        let mut keys = claims.keys(tenant);
        keys.extend(wanted);
        let mut seen = HashSet::new();
        keys.retain(|key| seen.insert(key.clone()));
        let found = self.table.get_all(&keys).await?;
        let role = claims.role(tenant, &found)?;
        note_organisation(tenant);
        let access = InTenant { tenant, role, right: PhantomData };
        R::is_held_by(role).then_some((access, found)).ok_or_else(Error::forbidden)
    }

    /// The same from the start, where a call may have come before: what stands
    /// under its key is judged once the caller is admitted.
    pub(crate) async fn admit_once<R: TenantRight>(
        &self,
        at: &AtTenant,
        idempotency: Option<&Idempotency>,
        wanted: impl FnOnce(&Claims, OrganisationId) -> Vec<Key>,
    ) -> Result<(InTenant<R>, HashMap<Key, Item>, Replay)> {
        let claims = self.claims(at).await?;
        let mut wanted = wanted(&claims, claims.tenant()?);
        wanted.extend(idempotency.map(Idempotency::key));
        let (access, mut found) = self.admit(&claims, wanted).await?;
        let replay = match idempotency {
            None => Replay::None,
            Some(call) => call.replay(found.remove(&call.key()), self.ids.now())?,
        };
        Ok((access, found, replay))
    }
}
