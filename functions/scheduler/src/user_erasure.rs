//! Erasing a user: what they may do goes first, and what is said of them last.

use std::time::Instant;

use attesta_model::{Result, UserId};
use attesta_store::Store;
use jiff::{SignedDuration, Timestamp};

/// After this no request is still being made that was begun before the mark.
pub const LAST_LOOK_AT_USER: SignedDuration = SignedDuration::from_mins(5);
/// What was not finished goes on after this.
const SHORTLY: SignedDuration = SignedDuration::from_mins(1);

/// Erases what there is of a user until the time is over; when to go on, if it
/// is not done for good. It is once a look after [`LAST_LOOK_AT_USER`] finds
/// nothing.
///
/// # Errors
/// When the table can't be read or written.
pub(crate) async fn erase_user(
    store: &Store,
    id: UserId,
    until: Instant,
) -> Result<Option<Timestamp>> {
    let now = store.ids().now();
    let Some(user) = store.user_being_erased(id).await? else { return Ok(None) };
    let last_look = user.erasing_at.unwrap_or(now) + LAST_LOOK_AT_USER;
    let mut found = store.erase_profiles(id).await?;
    if Instant::now() >= until {
        return Ok(Some(now + SHORTLY));
    }
    found += store.erase_api_tokens(id).await?;
    found += store.erase_contacts(&user).await?;
    if now < last_look {
        return Ok(Some(last_look));
    }
    if found > 0 {
        return Ok(Some(now + SHORTLY));
    }
    store.finish_user_erasure(id).await?;
    tracing::info!("a user is erased");
    Ok(None)
}
