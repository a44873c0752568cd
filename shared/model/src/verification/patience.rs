//! How long things wait.

use jiff::SignedDuration;

/// How long providers have to validate a sample.
pub const VALIDATION_PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// What comes next for a request whose providers have not all answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// They are asked again, this long after they were asked last.
    AskAgain(SignedDuration),
    /// This long after they were asked last, it is too late.
    GiveUp(SignedDuration),
}

impl Patience {
    /// After they were asked again so many times: after an hour, six hours
    /// later, and 17 hours after that it is too late; a day in all.
    #[must_use]
    pub const fn after(attempts: u32) -> Self {
        match attempts {
            0 => Self::AskAgain(SignedDuration::from_hours(1)),
            1 => Self::AskAgain(SignedDuration::from_hours(6)),
            _ => Self::GiveUp(SignedDuration::from_hours(17)),
        }
    }

    /// How long to wait for it.
    #[must_use]
    pub const fn wait(self) -> SignedDuration {
        match self {
            Self::AskAgain(wait) | Self::GiveUp(wait) => wait,
        }
    }
}
