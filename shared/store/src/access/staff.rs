//! Who works for the platform.

use std::fmt::Debug;
use std::marker::PhantomData;

use attesta_identity::UserCaller;
use attesta_model::{Error, Result, Staff, User, UserId};

use super::CanRead;
use crate::table::{Item, from_item};
use crate::{Store, keys};

/// The right to change what staff look after.
#[derive(Debug, Clone, Copy)]
pub struct CanChange;

/// A right that staff may have.
pub trait StaffRight: Debug {
    /// Whether staff of this kind have it.
    fn is_held_by(staff: Staff) -> bool;
}

impl StaffRight for CanRead {
    fn is_held_by(_: Staff) -> bool {
        true
    }
}

impl StaffRight for CanChange {
    fn is_held_by(staff: Staff) -> bool {
        staff == Staff::Admin
    }
}

/// A caller who was found to be staff with a right.
#[derive(Debug, Clone, Copy)]
pub struct StaffMember<R: StaffRight> {
    id: UserId,
    right: PhantomData<R>,
}

impl<R: StaffRight> StaffMember<R> {
    /// Who it is.
    #[must_use]
    pub const fn id(&self) -> UserId {
        self.id
    }
}

impl Store {
    /// The caller as staff with the right `R`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where they are no staff, may only look, or may do
    /// nothing any more.
    pub async fn staff<R: StaffRight>(&self, caller: &UserCaller) -> Result<StaffMember<R>> {
        let [user] = self.table.get_many([keys::user(caller.user_id)]).await?;
        staff_handle(user)
    }
}

/// Judges the caller by their item.
pub(crate) fn staff_handle<R: StaffRight>(user: Option<Item>) -> Result<StaffMember<R>> {
    let user: User =
        from_item(user.ok_or(Error::Unauthenticated("Invalid token: unknown user."))?)?;
    let staff = user.staff.filter(|_| user.status.is_live());
    let has_right = staff.is_some_and(R::is_held_by);
    let member = StaffMember { id: user.id, right: PhantomData };
    has_right.then_some(member).ok_or_else(Error::forbidden)
}
