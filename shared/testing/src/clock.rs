//! A clock that stands where a test puts it.

use std::sync::atomic::{AtomicI64, Ordering};

use attesta_model::{Error, Source};
use jiff::{SignedDuration, Timestamp};

/// Begins at 2025-11-22T08:00:00Z and moves when told to. Randomness is real.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Default for TestClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_763_798_400_000))
    }
}

impl TestClock {
    /// Moves on.
    pub fn advance(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_millis()).expect("not that long");
        self.0.fetch_add(by, Ordering::Relaxed);
    }
}

impl Source for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).expect("in range")
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes).map_err(Error::internal)
    }
}
