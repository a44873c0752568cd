//! How often what leads into an account may be tried.

use attesta_model::Result;
use attesta_wire::Source;
use attesta_wire::throttle::{AtUser, BySource};
use jiff::SignedDuration;

use crate::App;

/// Signing in with a password.
pub(crate) const LOGIN: AtUser = AtUser {
    what: "login",
    window: SignedDuration::from_mins(1),
    by_user_and_source: 10,
    by_source: 300,
    by_user: 100,
    fewer: 2,
};
/// Answering what a sign-in asks for besides.
pub(crate) const CHALLENGE: AtUser = AtUser::guessing("challenge");
/// Giving the code that goes with a forgotten password.
pub(crate) const RESET_CODE: AtUser = AtUser::guessing("reset");
/// Giving the code that goes with a new account.
pub(crate) const SIGN_UP_CODE: AtUser = AtUser::guessing("sign-up");
/// Giving a code of a new authenticator.
pub(crate) const TOTP_CODE: AtUser = AtUser::guessing("totp");
/// Giving the password that is to be another.
pub(crate) const OLD_PASSWORD: AtUser = AtUser::guessing("old-password");
/// Asking for the code that goes with a forgotten password.
pub(crate) const FORGOTTEN: AtUser = AtUser::asking("forgotten");
/// Asking for a code or an invitation again.
pub(crate) const RESEND: AtUser = AtUser::asking("resend");
/// Signing in by an API token, which is too long to be guessed.
pub(crate) const API_TOKEN: BySource =
    BySource { what: "api-token", window: SignedDuration::from_mins(1), most: 300 };
/// Asking for a link that signs somebody in, whoever it is.
pub(crate) const LINK: BySource =
    BySource { what: "link", window: SignedDuration::from_hours(1), most: 60 };
/// Signing in by such a link, which is too long to be guessed.
pub(crate) const LINK_USE: BySource =
    BySource { what: "link-use", window: SignedDuration::from_mins(1), most: 60 };

impl App {
    /// Counts a try at a user, whoever it is and whether or not they exist.
    ///
    /// # Errors
    /// Those of [`AtUser::count`].
    pub(crate) async fn throttle(&self, rule: &AtUser, user: &str, source: &Source) -> Result<()> {
        rule.count(&self.store, user, source).await
    }
}
