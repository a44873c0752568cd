//! How often something may be tried.
//!
//! Tries count by user and source, so that a stranger elsewhere can't lock
//! anybody out, and by source, so that nobody tries one thing on everyone. Of a
//! user at whom too many try from everywhere, each source gets fewer tries, but
//! never none. Whether there is such a user makes no difference.

use attesta_model::{Error, Result};
use attesta_store::Store;
use jiff::SignedDuration;

use crate::Source;

/// How often one thing may be tried at a user.
#[derive(Debug, Clone, Copy)]
pub struct AtUser {
    /// What it is.
    pub what: &'static str,
    /// In which time; the limits hold for each such window.
    pub window: SignedDuration,
    /// Tries at one user from one source.
    pub by_user_and_source: u32,
    /// Tries at anybody from one source: many people may share one.
    pub by_source: u32,
    /// Tries at one user in an hour from everywhere, after which each source
    /// gets fewer.
    pub by_user: u32,
    /// As many as this.
    pub fewer: u32,
}

/// How often one thing may be tried where no user is named.
#[derive(Debug, Clone, Copy)]
pub struct BySource {
    /// What it is.
    pub what: &'static str,
    /// In which time; the limit holds for each such window.
    pub window: SignedDuration,
    /// Tries from one source: many people may share one.
    pub most: u32,
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);

impl AtUser {
    /// Something short enough to be guessed.
    #[must_use]
    pub const fn guessing(what: &'static str) -> Self {
        let window = SignedDuration::from_mins(15);
        Self { what, window, by_user_and_source: 5, by_source: 100, by_user: 100, fewer: 2 }
    }

    /// Something that sends a message.
    #[must_use]
    pub const fn asking(what: &'static str) -> Self {
        Self { what, window: HOUR, by_user_and_source: 5, by_source: 60, by_user: 20, fewer: 1 }
    }

    /// Counts a try at a user, whoever it is and whether or not they exist.
    ///
    /// # Errors
    /// [`Error::Throttled`] until the window's end, once it is one too many.
    pub async fn count(&self, store: &Store, user: &str, source: &Source) -> Result<()> {
        let Self { what, window, .. } = *self;
        let (user, source) = (user.trim().to_lowercase(), &source.0);
        let [both, by_source, by_user] =
            [format!("both|{source}|{user}"), format!("source|{source}"), format!("user|{user}")];
        let (both, by_source, by_user) = tokio::try_join!(
            store.count_attempt(what, &both, window),
            store.count_attempt(what, &by_source, window),
            store.count_attempt(what, &by_user, HOUR),
        )?;
        let allowed = if by_user > self.by_user { self.fewer } else { self.by_user_and_source };
        if both <= allowed && by_source <= self.by_source {
            return Ok(());
        }
        Err(throttled(store, window))
    }
}

impl BySource {
    /// Counts a try.
    ///
    /// # Errors
    /// [`Error::Throttled`] until the window's end, once it is one too many.
    pub async fn count(&self, store: &Store, source: &Source) -> Result<()> {
        let Self { what, window, most } = *self;
        let tries = store.count_attempt(what, &source.0, window).await?;
        if tries <= most { Ok(()) } else { Err(throttled(store, window)) }
    }
}

/// Until the end of the window that now lies in.
fn throttled(store: &Store, window: SignedDuration) -> Error {
    let seconds = window.as_secs();
    let left = seconds - store.ids().now().as_second().rem_euclid(seconds);
    Error::Throttled { retry_after_seconds: u32::try_from(left).unwrap_or(u32::MAX) }
}
