//! How often something may be tried.
//!
//! Tries count by user and source, so that a stranger elsewhere can't lock
//! anybody out, and by source, so that nobody tries one thing on everyone. Of a
//! user at whom too many try from everywhere, each source gets fewer tries, but
//! never none. Whether there is such a user makes no difference.

use attesta_model::{Error, Result};
use attesta_wire::Source;
use jiff::SignedDuration;

use crate::App;

/// How often one thing may be tried.
#[derive(Debug)]
pub(crate) struct Rule {
    /// What it is.
    what: &'static str,
    /// In which time; the limits hold for each such window.
    window: SignedDuration,
    /// Tries at one user from one source.
    by_user_and_source: u32,
    /// Tries at anybody from one source: many people may share one.
    by_source: u32,
    /// Tries at one user in an hour from everywhere, after which each source
    /// gets fewer.
    by_user: u32,
    /// As many as this.
    fewer: u32,
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Signing in with a password.
pub(crate) const LOGIN: Rule = Rule {
    what: "login",
    window: SignedDuration::from_mins(1),
    by_user_and_source: 10,
    by_source: 300,
    by_user: 100,
    fewer: 2,
};
/// Answering what a sign-in asks for besides.
pub(crate) const CHALLENGE: Rule = guessing("challenge");
/// Giving the code that goes with a forgotten password.
pub(crate) const RESET_CODE: Rule = guessing("reset");
/// Giving the code that goes with a new account.
pub(crate) const SIGN_UP_CODE: Rule = guessing("sign-up");
/// Giving a code of a new authenticator.
pub(crate) const TOTP_CODE: Rule = guessing("totp");
/// Giving the password that is to be another.
pub(crate) const OLD_PASSWORD: Rule = guessing("old-password");
/// Asking for the code that goes with a forgotten password.
pub(crate) const FORGOTTEN: Rule = asking("forgotten");
/// Asking for a code or an invitation again.
pub(crate) const RESEND: Rule = asking("resend");

/// Something short enough to be guessed.
const fn guessing(what: &'static str) -> Rule {
    let window = SignedDuration::from_mins(15);
    Rule { what, window, by_user_and_source: 5, by_source: 100, by_user: 100, fewer: 2 }
}

/// Something that sends a message.
const fn asking(what: &'static str) -> Rule {
    Rule { what, window: HOUR, by_user_and_source: 5, by_source: 60, by_user: 20, fewer: 1 }
}

impl App {
    /// Counts a try at a user, whoever it is and whether or not they exist.
    ///
    /// # Errors
    /// [`Error::Throttled`] until the window's end, once it is one too many.
    pub(crate) async fn throttle(&self, rule: &Rule, user: &str, source: &Source) -> Result<()> {
        let Rule { what, window, .. } = *rule;
        let (user, source) = (user.trim().to_lowercase(), &source.0);
        let [both, by_source, by_user] =
            [format!("both|{source}|{user}"), format!("source|{source}"), format!("user|{user}")];
        let (both, by_source, by_user) = tokio::try_join!(
            self.store.count_attempt(what, &both, window),
            self.store.count_attempt(what, &by_source, window),
            self.store.count_attempt(what, &by_user, HOUR),
        )?;
        let allowed = if by_user > rule.by_user { rule.fewer } else { rule.by_user_and_source };
        if both <= allowed && by_source <= rule.by_source {
            return Ok(());
        }
        let seconds = window.as_secs();
        let left = seconds - self.store.ids().now().as_second().rem_euclid(seconds);
        Err(Error::Throttled { retry_after_seconds: u32::try_from(left).unwrap_or(u32::MAX) })
    }
}
