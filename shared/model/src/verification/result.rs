//! One provider's answer and how it may change.

use serde::{Deserialize, Serialize};

use super::{ResultCode, ResultStatus};
use crate::{Error, ObjectChange, Reason, Result, StoredObject, stored};

/// One provider's answer as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultState {
    /// Where it stands.
    pub status: ResultStatus,
    /// The normalised result, once there is one.
    pub result: Option<f64>,
    /// What the provider makes of it.
    pub code: ResultCode,
    /// What went wrong, in the provider's words.
    pub error_message: Option<String>,
    /// The evidence.
    pub audit: Option<StoredObject>,
    /// Whether the request was cancelled before it was answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_cancelled: bool,
}

/// What a provider is told that answers a cancelled request.
const CANCELLED: &str = "The request was cancelled.";

impl ResultState {
    /// An answer that is still to come, or never will.
    #[must_use]
    pub const fn new(status: ResultStatus) -> Self {
        Self {
            status,
            result: None,
            code: ResultCode::Pending,
            error_message: None,
            audit: None,
            is_cancelled: false,
        }
    }

    /// The same once its request was cancelled: it failed, for good.
    #[must_use]
    pub fn cancelled(self) -> Self {
        let error_message = Some(CANCELLED.to_owned());
        Self { status: ResultStatus::Error, error_message, is_cancelled: true, ..self }
    }

    /// The result, once it is processed.
    #[must_use]
    pub fn processed(&self) -> Option<f64> {
        self.result.filter(|_| self.status == ResultStatus::Processed)
    }

    /// The state after a change, if the rules allow it.
    ///
    /// A processed answer is frozen: the same change again leaves it as it is,
    /// any other is refused. A processed answer needs a result. Once the request
    /// was cancelled, none is taken.
    ///
    /// # Errors
    /// [`Error::Refused`] when the answer is frozen or cancelled, [`Error::Invalid`] when a
    /// processed answer would have no result.
    pub fn changed(&self, change: ResultChange) -> Result<Self> {
        if self.is_cancelled {
            return Err(Error::Refused(CANCELLED.to_owned()));
        }
        let next = Self {
            status: change.status.unwrap_or(self.status),
            result: change.result.unwrap_or(self.result),
            code: change.code.unwrap_or(self.code),
            error_message: change.error_message.unwrap_or_else(|| self.error_message.clone()),
            audit: change.audit.of(self.audit.as_ref()),
            is_cancelled: false,
        };
        if self.status == ResultStatus::Processed && !self.is_same(&next) {
            let refusal = if next.status == self.status {
                "Cannot change processed results."
            } else {
                "Cannot change processed results status."
            };
            return Err(Error::Refused(refusal.to_owned()));
        }
        if next.status == ResultStatus::Processed && next.result.is_none() {
            let rule = Reason::Rule("A processed result needs a value.".to_owned());
            return Err(Error::field("result", rule));
        }
        Ok(next)
    }

    /// Whether two states say the same, wherever their evidence is kept.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        stored::is_same(self.audit.as_ref(), other.audit.as_ref())
            && Self { audit: None, ..self.clone() } == Self { audit: None, ..other.clone() }
    }
}

/// What a provider wants changed; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResultChange {
    /// Where the answer stands.
    pub status: Option<ResultStatus>,
    /// The normalised result.
    pub result: Option<Option<f64>>,
    /// What it means.
    pub code: Option<ResultCode>,
    /// What went wrong.
    pub error_message: Option<Option<String>>,
    /// The evidence.
    pub audit: ObjectChange,
}

/// How many bins a histogram of results has.
pub const BINS: usize = 10;

/// The bin that a result is counted in: a tenth of the way from 0 to 1 each,
/// and whatever lies beyond in the first or the last.
#[must_use]
pub fn bin(result: f64) -> usize {
    (1..BINS).rev().find(|bin| result * 10.0 >= *bin as f64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn processed(result: f64) -> ResultChange {
        ResultChange {
            status: Some(ResultStatus::Processed),
            result: Some(Some(result)),
            code: Some(ResultCode::Ok),
            ..ResultChange::default()
        }
    }

    #[test]
    fn a_processed_answer_needs_a_result() {
        let pending = ResultState::new(ResultStatus::Pending);
        let change = ResultChange { status: Some(ResultStatus::Processed), ..Default::default() };
        assert!(matches!(pending.changed(change), Err(Error::Invalid(_))));
        assert!(pending.changed(processed(0.5)).is_ok());
    }

    #[test]
    fn the_same_answer_again_changes_nothing() {
        let first = ResultState::new(ResultStatus::Pending).changed(processed(0.5)).expect("taken");
        assert_eq!(first.changed(processed(0.5)), Ok(first.clone()));
    }

    #[test]
    fn a_processed_answer_is_frozen() {
        let done = ResultState::new(ResultStatus::Pending).changed(processed(0.5)).expect("taken");
        let back = ResultChange { status: Some(ResultStatus::Pending), ..Default::default() };
        assert_eq!(
            done.changed(back),
            Err(Error::Refused("Cannot change processed results status.".to_owned()))
        );
        assert_eq!(
            done.changed(processed(0.6)),
            Err(Error::Refused("Cannot change processed results.".to_owned()))
        );
    }

    #[test]
    fn a_cancelled_answer_can_not_be_given() {
        let open = ResultState::new(ResultStatus::WaitingExternalService);
        let cancelled = open.cancelled();
        assert_eq!(cancelled.status, ResultStatus::Error);
        for change in [processed(0.5), ResultChange::default()] {
            let refused = Err(Error::Refused("The request was cancelled.".to_owned()));
            assert_eq!(cancelled.changed(change), refused);
        }
    }

    #[test]
    fn the_same_evidence_under_another_key_is_the_same() {
        let with = |key: &str| ResultState {
            audit: Some(StoredObject { key: key.to_owned(), sha256: "ab".to_owned() }),
            ..ResultState::new(ResultStatus::Pending)
        };
        assert!(with("one").is_same(&with("two")));
        assert!(!with("one").is_same(&ResultState::new(ResultStatus::Pending)));
    }

    #[test]
    fn a_result_is_counted_in_its_tenth() {
        for (result, counted) in
            [(-3.0, 0), (0.0, 0), (0.09, 0), (0.1, 1), (0.55, 5), (0.99, 9), (1.0, 9), (7.0, 9)]
        {
            assert_eq!(bin(result), counted, "{result}");
        }
    }

    proptest! {
        #[test]
        fn nothing_leaves_the_processed_state(status in 0_i64..8, result in proptest::option::of(0.0..1.0)) {
            let done = ResultState::new(ResultStatus::Pending).changed(processed(0.5)).expect("taken");
            let change = ResultChange {
                status: ResultStatus::from_number(status),
                result: Some(result),
                ..Default::default()
            };
            if let Ok(next) = done.changed(change) {
                prop_assert_eq!(next, done);
            }
        }
    }
}
