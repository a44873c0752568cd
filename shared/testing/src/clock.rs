//! A clock that stands where a test puts it.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use attesta_model::{Error, Source};
use jiff::{SignedDuration, Timestamp};

/// Begins at 2025-11-22T08:00:00Z and moves when told to. Randomness is real,
/// or a count.
#[derive(Debug)]
pub struct TestClock {
    milliseconds: AtomicI64,
    count: Option<AtomicU64>,
}

impl Default for TestClock {
    fn default() -> Self {
        Self { milliseconds: AtomicI64::new(1_763_798_400_000), count: None }
    }
}

impl TestClock {
    /// A clock that counts where it would be random: whoever draws in the same order
    /// gets the same identifiers, and they ascend.
    #[must_use]
    pub fn counting() -> Self {
        Self { count: Some(AtomicU64::new(1)), ..Self::default() }
    }

    /// Moves on.
    pub fn advance(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_millis()).expect("not that long");
        self.milliseconds.fetch_add(by, Ordering::Relaxed);
    }
}

impl Source for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.milliseconds.load(Ordering::Relaxed)).expect("in range")
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        let Some(count) = &self.count else {
            return getrandom::fill(bytes).map_err(Error::internal);
        };
        let count = count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        bytes.fill(0);
        let digits = bytes.iter_mut().rev().zip(count.iter().rev());
        digits.for_each(|(byte, digit)| *byte = *digit);
        Ok(())
    }
}
