//! Where time, identifiers and randomness come from.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use uuid::Uuid;

use crate::Error;

/// The outside world as far as the domain needs it; tests put in their own.
pub trait Source: Send + Sync + fmt::Debug {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Fills the bytes with randomness fit for secrets.
    ///
    /// # Errors
    /// When the system has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// The real clock and the operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemSource;

impl Source for SystemSource {
    #[expect(clippy::disallowed_methods, reason = "this is the source")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        getrandom::fill(bytes).map_err(|error| Error::internal(format_args!("randomness: {error}")))
    }
}

/// 2025-01-01T00:00:00Z, from which integer identifiers count.
const EPOCH_MILLISECONDS: i64 = 1_735_689_600_000;
/// Random bits below the milliseconds of an integer identifier.
const RANDOM_BITS: u32 = 12;

/// Makes identifiers that sort by time.
#[derive(Debug, Clone)]
pub struct IdFactory {
    source: Arc<dyn Source>,
    last: Arc<AtomicU64>,
}

impl IdFactory {
    /// A factory over a source.
    #[must_use]
    pub fn new(source: Arc<dyn Source>) -> Self {
        Self { source, last: Arc::new(AtomicU64::new(0)) }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.source.now()
    }

    /// Random bytes fit for a secret.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.source.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// A UUID of version 7: time first, then randomness.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn uuid(&self) -> Result<Uuid, Error> {
        let milliseconds = u64::try_from(self.source.now().as_millisecond()).unwrap_or_default();
        let bytes = self.random::<10>()?;
        Ok(uuid::Builder::from_unix_timestamp_millis(milliseconds, &bytes).into_uuid())
    }

    /// An integer of at most 53 bits: 41 of milliseconds since 2025 (enough
    /// until 2094), 12 of randomness. Ascending within this process; two
    /// processes may meet, so the write that uses one must be conditional.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn integer(&self) -> Result<u64, Error> {
        let since = self.source.now().as_millisecond() - EPOCH_MILLISECONDS;
        let milliseconds = u64::try_from(since).unwrap_or_default();
        let random = u64::from(u16::from_le_bytes(self.random()?)) & ((1 << RANDOM_BITS) - 1);
        let fresh = (milliseconds << RANDOM_BITS) | random;
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(fresh.max(last + 1)))
            .unwrap_or_default();
        Ok(fresh.max(last + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Frozen(i64);

    impl Source for Frozen {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(self.0).expect("in range")
        }

        fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
            bytes.fill(0xff);
            Ok(())
        }
    }

    #[test]
    fn integers_ascend_even_when_time_stands_still() {
        let ids = IdFactory::new(Arc::new(Frozen(EPOCH_MILLISECONDS + 1)));
        let made: Vec<_> = (0..100).map(|_| ids.integer().expect("random")).collect();
        assert_eq!(made[0], (1 << RANDOM_BITS) | 0xfff);
        assert!(made.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn integers_fit_53_bits_for_69_years() {
        let in_2094 = 3_913_056_000_000;
        let ids = IdFactory::new(Arc::new(Frozen(in_2094)));
        assert!(ids.integer().expect("random") < 1 << 53);
    }

    #[test]
    fn uuids_are_version_7_and_hold_the_time() {
        let ids = IdFactory::new(Arc::new(Frozen(1_763_797_200_000)));
        let id = ids.uuid().expect("random");
        assert_eq!(id.get_version_num(), 7);
        let (seconds, _) = id.get_timestamp().expect("v7").to_unix();
        assert_eq!(seconds, 1_763_797_200);
    }
}
