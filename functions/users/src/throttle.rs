//! How often somebody may try what could be guessed, or bother others.

use attesta_model::{Error, Result, UserId};
use attesta_wire::Source;
use jiff::SignedDuration;

use crate::App;

/// Codes are good for a while; so is a wait.
const CODES: Window = Window { minutes: 15 };
/// Codes of one user that one source may try in a window.
const CODES_BY_USER_AND_SOURCE: u32 = 5;
/// Codes of one user that may be tried in a window from everywhere.
const CODES_BY_USER: u32 = 20;

const REQUESTS: Window = Window { minutes: 60 };
/// Accounts that may be asked for from one source in a window: many people may
/// share one.
const REQUESTS_BY_SOURCE: u32 = 10;

#[derive(Debug, Clone, Copy)]
struct Window {
    minutes: u16,
}

impl Window {
    fn length(self) -> SignedDuration {
        SignedDuration::from_mins(self.minutes.into())
    }

    fn throttled(self) -> Error {
        Error::Throttled { retry_after_seconds: u32::from(self.minutes) * 60 }
    }
}

impl App {
    /// Counts a code that a user tries.
    pub(crate) async fn throttle_codes(&self, user: UserId, source: &Source) -> Result<()> {
        let (user, both) = (user.to_string(), format!("{}|{user}", source.0));
        let (by_both, by_user) = tokio::try_join!(
            self.store.count_attempt("verify-attribute", &both, CODES.length()),
            self.store.count_attempt("verify-attribute", &user, CODES.length()),
        )?;
        if by_both > CODES_BY_USER_AND_SOURCE || by_user > CODES_BY_USER {
            return Err(CODES.throttled());
        }
        Ok(())
    }

    /// Counts an account that a stranger asks for.
    pub(crate) async fn throttle_requests(&self, source: &Source) -> Result<()> {
        let count = self.store.count_attempt("account-request", &source.0, REQUESTS.length());
        if count.await? > REQUESTS_BY_SOURCE { Err(REQUESTS.throttled()) } else { Ok(()) }
    }
}
