//! How often somebody may try to sign in.
//!
//! Tries count by user and source, so that a stranger elsewhere can't lock
//! anybody out, and by source, so that nobody tries one password on everyone.

use attesta_model::{Error, Result};
use attesta_wire::Source;
use jiff::SignedDuration;

use crate::App;

const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// Tries at one user from one source in a window.
const BY_USER_AND_SOURCE: u32 = 10;
/// Tries at anybody from one source in a window: many people may share one.
const BY_SOURCE: u32 = 300;

impl App {
    /// Counts a try, whoever it is at and whether or not they exist.
    pub(crate) async fn throttle_sign_in(&self, username: &str, source: &Source) -> Result<()> {
        let both = format!("{}|{}", source.0, username.trim().to_lowercase());
        let (by_both, by_source) = tokio::try_join!(
            self.store.count_attempt("login", &both, WINDOW),
            self.store.count_attempt("login", &source.0, WINDOW),
        )?;
        if by_both > BY_USER_AND_SOURCE || by_source > BY_SOURCE {
            return Err(Error::Throttled { retry_after_seconds: 60 });
        }
        Ok(())
    }
}
