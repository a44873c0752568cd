//! Identifiers as types of their own, so that one can't be passed for another.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The largest integer that JavaScript holds exactly: 2^53 - 1.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A text that is no identifier of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnId;

macro_rules! integer_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// Wraps a number; `None` when JavaScript could not hold it.
            #[must_use]
            pub const fn new(value: u64) -> Option<Self> {
                if value <= MAX_SAFE_INTEGER { Some(Self(value)) } else { None }
            }

            /// The number itself.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
                let value = digits.then(|| text.parse().ok()).flatten();
                value.and_then(Self::new).ok_or(NotAnId)
            }
        }
    )*};
}

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Takes the hyphenated form alone, in either letter case.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if text.len() != uuid::fmt::Hyphenated::LENGTH {
                    return Err(NotAnId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

integer_id! {
    /// A kind of verification.
    InstrumentId,
    /// A service that implements an instrument.
    ProviderId,
    /// A request to verify some data of a learner.
    RequestId,
    /// One provider's answer to one request.
    ResultId,
    /// Data to enrol a learner with.
    SampleId,
    /// One provider's verdict on a sample.
    ValidationId,
    /// One provider's model of one learner.
    EnrolmentId,
    /// Something that a provider wants to be told at a time.
    NotificationId,
}

uuid_id! {
    /// An organisation, whatever roles it has.
    OrganisationId,
    /// A person who signs in; also the user name in the identity provider.
    UserId,
    /// The person verified; named by the organisation that brings them.
    LearnerId,
    /// A unit of an organisation, and what it does business as.
    BusinessUnitId,
    /// The public half of a machine credential.
    CredentialId,
    /// A token that stands for a user, made for a program.
    ApiTokenId,
    /// A listing of the marketplace: something that a partner may embed.
    ListingId,
    /// A place where a caller may put data before it is used.
    UploadId,
    /// An import of a file by a queue job.
    ImportJobId,
    /// A customer of a tenant.
    CustomerId,
    /// What a tenant sells of a provider.
    ProviderInstanceId,
    /// A task on a provider's queue; whoever works on it holds locks by it.
    TaskId,
    /// A sub-TPP; its identifier tells when it was made.
    SubTppId,
}

impl SubTppId {
    /// When it was made, to the millisecond; none where it is no identifier of
    /// ours.
    #[must_use]
    pub fn made_at(self) -> Option<Timestamp> {
        let (seconds, nanoseconds) = self.0.get_timestamp()?.to_unix();
        let nanoseconds = i32::try_from(nanoseconds).ok()?;
        Timestamp::new(i64::try_from(seconds).ok()?, nanoseconds).ok()
    }

    /// The first identifier that can be of a time, in milliseconds.
    #[must_use]
    pub fn first_of(at: Timestamp) -> Self {
        Self::of(at, &[0; 10])
    }

    /// The last identifier that can be of a time, in milliseconds.
    #[must_use]
    pub fn last_of(at: Timestamp) -> Self {
        Self::of(at, &[0xff; 10])
    }

    fn of(at: Timestamp, bytes: &[u8; 10]) -> Self {
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(milliseconds, bytes).into_uuid())
    }
}

impl ProviderId {
    /// The name of the provider's module, as its client shows it.
    #[must_use]
    pub fn module(self) -> String {
        format!("provider_{:03}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_stay_within_what_javascript_holds() {
        assert_eq!(ProviderId::new(7).map(ProviderId::get), Some(7));
        assert!(ProviderId::new(1 << 53).is_none());
        assert_eq!("42".parse::<RequestId>().map(RequestId::get), Ok(42));
        for bad in ["", "-1", "+1", "1.0", " 1", "9007199254740992", "x"] {
            assert!(bad.parse::<RequestId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_sub_tpps_identifier_tells_its_time_and_lies_within_it() {
        let at = Timestamp::from_millisecond(1_763_797_200_123).expect("in range");
        let before = Timestamp::from_millisecond(1_763_797_200_122).expect("in range");
        let id = SubTppId::of(at, &[7; 10]);
        assert_eq!(id.made_at(), Some(at));
        let order = [SubTppId::last_of(before), SubTppId::first_of(at), id, SubTppId::last_of(at)];
        assert!(order.is_sorted_by(|a, b| a < b && a.to_string() < b.to_string()));
        assert_eq!(SubTppId(Uuid::nil()).made_at(), None);
    }

    #[test]
    fn uuids_are_read_in_one_form() {
        let text = "0197f0a0-0000-7000-8000-00000000000A";
        let id: LearnerId = text.parse().expect("hyphenated");
        assert_eq!(id.to_string(), text.to_lowercase());
        assert!("0197f0a000007000800000000000000a".parse::<LearnerId>().is_err());
        assert!("{0197f0a0-0000-7000-8000-00000000000a}".parse::<LearnerId>().is_err());
    }
}
