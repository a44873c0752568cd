//! One provider's answer and how it may change.

use serde::{Deserialize, Serialize};

use super::{ResultCode, ResultStatus};
use crate::{Error, Reason, Result};

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
    pub audit: Option<AuditObject>,
}

/// Evidence that is kept as an object beside the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditObject {
    /// The object's key.
    pub key: String,
    /// SHA-256 of its bytes, in hexadecimal: tells the same evidence from other.
    pub sha256: String,
}

impl ResultState {
    /// An answer that is still to come, or never will.
    #[must_use]
    pub const fn new(status: ResultStatus) -> Self {
        Self { status, result: None, code: ResultCode::Pending, error_message: None, audit: None }
    }

    /// The state after a change, if the rules allow it.
    ///
    /// A processed answer is frozen: the same change again leaves it as it is,
    /// any other is refused. A processed answer needs a result.
    ///
    /// # Errors
    /// [`Error::Refused`] when the answer is frozen, [`Error::Invalid`] when a
    /// processed answer would have no result.
    pub fn changed(&self, change: ResultChange) -> Result<Self> {
        let next = Self {
            status: change.status.unwrap_or(self.status),
            result: change.result.unwrap_or(self.result),
            code: change.code.unwrap_or(self.code),
            error_message: change.error_message.unwrap_or_else(|| self.error_message.clone()),
            audit: match change.audit {
                AuditChange::Keep => self.audit.clone(),
                AuditChange::Clear => None,
                AuditChange::Replace(object) => Some(object),
            },
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
        let evidence = |state: &Self| state.audit.as_ref().map(|audit| audit.sha256.clone());
        evidence(self) == evidence(other)
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
    pub audit: AuditChange,
}

/// What becomes of the evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum AuditChange {
    /// It stays.
    #[default]
    Keep,
    /// It goes.
    Clear,
    /// Other evidence takes its place.
    Replace(AuditObject),
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
    fn the_same_evidence_under_another_key_is_the_same() {
        let with = |key: &str| ResultState {
            audit: Some(AuditObject { key: key.to_owned(), sha256: "ab".to_owned() }),
            ..ResultState::new(ResultStatus::Pending)
        };
        assert!(with("one").is_same(&with("two")));
        assert!(!with("one").is_same(&ResultState::new(ResultStatus::Pending)));
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
