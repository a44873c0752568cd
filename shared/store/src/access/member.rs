//! Members and what is theirs.

use std::collections::HashMap;

use attesta_identity::{MachineCaller, UserCaller};
use attesta_model::{Error, Machine, OrganisationId, Result, Scope, SubTppId};
use jiff::SignedDuration;
use tokio::try_join;

use super::{Managed, StaffRight, staff_handle};
use crate::keys::Key;
use crate::members::Member;
use crate::sub_tpp::SubTpp;
use crate::table::{Item, from_item};
use crate::{Store, keys};

/// Calls of a machine client count in windows of this length.
const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// So many calls a client may make in a window.
const MOST_CALLS: u32 = 600;

/// A machine client that was found to act for a member.
#[derive(Debug, Clone)]
pub struct MemberClient {
    member: Member,
}

impl MemberClient {
    /// The member.
    #[must_use]
    pub const fn member(&self) -> &Member {
        &self.member
    }
}

/// A sub-TPP of the member that the caller acts for.
#[derive(Debug, Clone)]
pub struct OwnSubTpp {
    sub_tpp: SubTpp,
}

impl OwnSubTpp {
    /// The sub-TPP as it stands.
    #[must_use]
    pub const fn get(&self) -> &SubTpp {
        &self.sub_tpp
    }

    pub(crate) fn into_inner(self) -> SubTpp {
        self.sub_tpp
    }
}

impl Store {
    /// A sub-TPP of the member that the caller acts for.
    ///
    /// # Errors
    /// Those of [`Store::machine`], [`Error::Forbidden`] where the caller's
    /// organisation is no member, [`Error::Throttled`] after too many calls, and
    /// [`Error::NotFound`], also where it is another member's.
    pub async fn own_sub_tpp(&self, caller: &MachineCaller, id: &str) -> Result<OwnSubTpp> {
        let id = sub_tpp_id(id)?;
        let wanted = |member| vec![keys::sub_tpp(member, id)];
        let (client, mut found) = self.member_and(caller, wanted).await?;
        let item = found.remove(&keys::sub_tpp(client.member.organisation_id, id));
        Ok(OwnSubTpp { sub_tpp: from_item(item.ok_or_else(Error::not_found)?)? })
    }

    /// The member that the caller acts for, and those of its items that are
    /// there.
    pub(crate) async fn member_and(
        &self,
        caller: &MachineCaller,
        wanted: impl FnOnce(OrganisationId) -> Vec<Key>,
    ) -> Result<(MemberClient, HashMap<Key, Item>)> {
        let look_up = |member: OrganisationId| {
            let mut keys = wanted(member);
            keys.push(keys::member(member));
            async move {
                let mut found = self.table.get_all(&keys).await?;
                Ok((found.remove(&keys::member(member)), found))
            }
        };
        self.member_beside(caller, look_up).await
    }

    /// The member that the caller acts for, by the item that is looked up as
    /// soon as it is known whose, and what is looked up with it. The call is
    /// counted at the same time.
    pub(crate) async fn member_beside<T, F>(
        &self,
        caller: &MachineCaller,
        look_up: impl FnOnce(OrganisationId) -> F,
    ) -> Result<(MemberClient, T)>
    where
        F: Future<Output = Result<(Option<Item>, T)>>,
    {
        let who = caller.credential_id().to_string();
        let beside = |machine: Machine| {
            let look_up = machine.organisation_id().map(look_up);
            let who = who.as_str();
            async move {
                let look_up = look_up.ok_or_else(Error::forbidden)?;
                try_join!(look_up, self.count_attempt("sub-tpps", who, WINDOW))
            }
        };
        let found = self.machine_beside(caller, Scope::SubTpps, beside).await?;
        let (_, ((member, found), calls)) = found;
        if calls > MOST_CALLS {
            return Err(self.throttled());
        }
        let member = from_item(member.ok_or_else(Error::forbidden)?)?;
        Ok((MemberClient { member }, found))
    }

    /// The refusal until the next window begins.
    fn throttled(&self) -> Error {
        let length = WINDOW.as_secs();
        let left = length - self.ids.now().as_second().rem_euclid(length);
        Error::Throttled { retry_after_seconds: u32::try_from(left).unwrap_or_default() }
    }

    /// A member's sub-TPP, as staff see it.
    ///
    /// # Errors
    /// Those of [`Store::staff`], and [`Error::NotFound`].
    pub async fn managed_sub_tpp<R: StaffRight>(
        &self,
        caller: &UserCaller,
        member: &str,
        id: &str,
    ) -> Result<Managed<SubTpp, R>> {
        let sub_tpp = keys::sub_tpp(member_id(member)?, sub_tpp_id(id)?);
        let [user, item] = self.table.get_many([keys::user(caller.user_id), sub_tpp]).await?;
        let staff = staff_handle(caller, user)?;
        Ok(Managed::new(from_item(item.ok_or_else(Error::not_found)?)?, &staff))
    }
}

/// What can be no identifier is looked up as one that nobody has: who asks is
/// judged first.
const ABSENT: &str = "00000000-0000-0000-0000-000000000000";

/// The same of a sub-TPP.
pub(crate) fn sub_tpp_id(text: &str) -> Result<SubTppId> {
    text.parse().or_else(|_| ABSENT.parse()).map_err(|_| Error::not_found())
}

/// The same of a member.
pub(crate) fn member_id(text: &str) -> Result<OrganisationId> {
    text.parse().or_else(|_| ABSENT.parse()).map_err(|_| Error::not_found())
}
