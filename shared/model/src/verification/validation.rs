//! One provider's verdict on a sample, and what the verdicts add up to.

use serde::{Deserialize, Serialize};

use super::{SampleStatus, ValidationStatus};
use crate::{ObjectChange, StoredObject, stored};

/// One provider's verdict as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValidationState {
    /// Where it stands.
    pub status: ValidationStatus,
    /// What the provider keeps of it.
    pub info: Option<StoredObject>,
    /// What went wrong, in the provider's words.
    pub error_message: Option<String>,
    /// A code of what the learner is to be told.
    pub message_code_id: Option<String>,
    /// How much the sample adds to a model, with at most two decimal places.
    pub contribution: Option<f64>,
}

/// What a provider wants changed; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ValidationChange {
    /// Where the verdict stands.
    pub status: Option<ValidationStatus>,
    /// What the provider keeps of it.
    pub info: ObjectChange,
    /// What went wrong.
    pub error_message: Option<Option<String>>,
    /// A code of what the learner is to be told.
    pub message_code_id: Option<Option<String>>,
    /// How much the sample adds to a model.
    pub contribution: Option<Option<f64>>,
}

impl ValidationState {
    /// A verdict without anything to it.
    #[must_use]
    pub const fn new(status: ValidationStatus) -> Self {
        Self { status, info: None, error_message: None, message_code_id: None, contribution: None }
    }

    /// The state after a change; any is allowed.
    #[must_use]
    pub fn changed(&self, change: ValidationChange) -> Self {
        let old = self.clone();
        Self {
            status: change.status.unwrap_or(old.status),
            info: change.info.of(old.info.as_ref()),
            error_message: change.error_message.unwrap_or(old.error_message),
            message_code_id: change.message_code_id.unwrap_or(old.message_code_id),
            contribution: change.contribution.unwrap_or(old.contribution),
        }
    }

    /// Whether two states say the same, wherever their objects are kept.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        stored::is_same(self.info.as_ref(), other.info.as_ref())
            && Self { info: None, ..self.clone() } == Self { info: None, ..other.clone() }
    }
}

/// How many of a sample's verdicts stand where. It is kept with the sample and
/// changes with each of them, so that whoever changes one needs no other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts([u16; ValidationStatus::ALL.len()]);

impl Verdicts {
    /// The same after a verdict stands somewhere else; one that is new stood
    /// nowhere, one that goes stands nowhere.
    #[must_use]
    pub const fn moved(
        mut self,
        from: Option<ValidationStatus>,
        to: Option<ValidationStatus>,
    ) -> Self {
        if let Some(from) = from {
            self.0[from.number() as usize] = self.of(from).saturating_sub(1);
        }
        if let Some(to) = to {
            self.0[to.number() as usize] = self.of(to).saturating_add(1);
        }
        self
    }

    /// How many stand there.
    #[must_use]
    pub const fn of(self, status: ValidationStatus) -> u16 {
        self.0[status.number() as usize]
    }

    /// What they add up to: open while a verdict is still to come, else valid
    /// when all of them say so.
    #[must_use]
    pub fn summary(self) -> SampleStatus {
        use ValidationStatus as V;
        let any = |status| self.of(status) > 0;
        if any(V::Validating) || any(V::WaitingExternalService) {
            SampleStatus::Stored
        } else if any(V::Timeout) {
            SampleStatus::Timeout
        } else if any(V::Error) {
            SampleStatus::Error
        } else if any(V::Valid) {
            SampleStatus::Valid
        } else {
            SampleStatus::MissingValidator
        }
    }
}

impl FromIterator<ValidationStatus> for Verdicts {
    fn from_iter<I: IntoIterator<Item = ValidationStatus>>(statuses: I) -> Self {
        let one_more = |verdicts: Self, status| verdicts.moved(None, Some(status));
        statuses.into_iter().fold(Self::default(), one_more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use ValidationStatus as V;

    #[test]
    fn a_sample_stands_where_its_verdicts_put_it() {
        for (verdicts, sample) in [
            (vec![], SampleStatus::MissingValidator),
            (vec![V::Valid], SampleStatus::Valid),
            (vec![V::Valid, V::Valid], SampleStatus::Valid),
            (vec![V::Valid, V::Error], SampleStatus::Error),
            (vec![V::Error, V::Timeout, V::Valid], SampleStatus::Timeout),
            (vec![V::Error, V::Validating], SampleStatus::Stored),
            (vec![V::Timeout, V::WaitingExternalService], SampleStatus::Stored),
        ] {
            assert_eq!(Verdicts::from_iter(verdicts.clone()).summary(), sample, "{verdicts:?}");
        }
    }

    #[test]
    fn what_is_absent_stays() {
        let object = |key: &str| StoredObject { key: key.to_owned(), sha256: "ab".to_owned() };
        let full = ValidationState {
            status: V::Valid,
            info: Some(object("one")),
            error_message: Some("e".to_owned()),
            message_code_id: Some("m".to_owned()),
            contribution: Some(0.5),
        };
        assert_eq!(full.changed(ValidationChange::default()), full);
        let cleared = ValidationChange {
            status: Some(V::Error),
            info: ObjectChange::Clear,
            error_message: Some(None),
            message_code_id: Some(None),
            contribution: Some(None),
        };
        assert_eq!(full.changed(cleared), ValidationState::new(V::Error));
        let elsewhere = ValidationState { info: Some(object("two")), ..full.clone() };
        assert!(full.is_same(&elsewhere));
        assert!(!full.is_same(&ValidationState { info: None, ..full.clone() }));
    }

    proptest! {
        #[test]
        fn counting_changes_is_counting_verdicts(
            start in vec(select(V::ALL), 1..6),
            changes in vec((0_usize..6, select(V::ALL)), 0..20),
        ) {
            let mut statuses = start.clone();
            let mut verdicts = Verdicts::from_iter(start);
            for (at, to) in changes {
                let at = at % statuses.len();
                verdicts = verdicts.moved(Some(statuses[at]), Some(to));
                statuses[at] = to;
            }
            prop_assert_eq!(verdicts, Verdicts::from_iter(statuses.iter().copied()));
            let is_open = statuses.iter().any(|status| status.is_open());
            let all_valid = statuses.iter().all(|status| *status == V::Valid);
            prop_assert_eq!(verdicts.summary() == SampleStatus::Stored, is_open);
            prop_assert_eq!(verdicts.summary() == SampleStatus::Valid, all_valid);
            for status in statuses {
                verdicts = verdicts.moved(Some(status), None);
            }
            prop_assert_eq!(verdicts, Verdicts::default());
        }
    }
}
