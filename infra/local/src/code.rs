//! The second factor of the seeded staff.

use std::path::Path;

use anyhow::{Context, Result};
use attesta_model::{Source, SystemSource};
use clap::ValueEnum;

use crate::home::read_json;
use crate::stack::Stack;
use crate::totp;

/// Who of the staff.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Of {
    /// Those who may change things
    #[default]
    Staff,
    /// Those who may look alone
    StaffReadonly,
}

/// The code that their authenticator shows now.
pub(crate) fn now(stack: &Path, of: Of) -> Result<String> {
    let stack: Stack = read_json(stack).context("nothing runs; start it with `cargo dev up`")?;
    let account = match of {
        Of::Staff => stack.staff,
        Of::StaffReadonly => stack.staff_readonly,
    };
    let secret = account.totp_secret.context("they have no authenticator")?;
    totp::code(&secret, SystemSource.now())
}
