//! What the answers of several providers add up to.
//!
//! Summaries are computed from the answers whenever they are read: however
//! many providers answer at once, and however often, there is nothing that
//! could be counted twice or get lost.

use super::{RequestStatus, ResultCode, ResultState, ResultStatus};
use crate::{Polarity, Thresholds};

/// One provider's answer with what is needed to judge it.
#[derive(Debug, Clone, Copy)]
pub struct ProviderVerdict<'a> {
    /// The answer.
    pub state: &'a ResultState,
    /// From where on this provider's results alarm.
    pub thresholds: Thresholds,
}

/// What an instrument's providers say together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InstrumentSummary {
    /// Where the instrument stands.
    pub status: ResultStatus,
    /// The highest processed result; 0 when none was processed, none while open.
    pub result: Option<f64>,
    /// How bad the results are by the thresholds.
    pub level: ResultCode,
    /// The higher of the providers' codes and the level.
    pub code: ResultCode,
}

impl InstrumentSummary {
    /// The summary of an instrument that nobody implements.
    pub const MISSING_PROVIDER: Self = Self {
        status: ResultStatus::MissingProvider,
        result: Some(0.0),
        level: ResultCode::Pending,
        code: ResultCode::Warning,
    };
}

/// Adds up the answers of one instrument's providers.
#[must_use]
pub fn summarise(verdicts: &[ProviderVerdict<'_>]) -> InstrumentSummary {
    let Some(highest) = verdicts.iter().map(|verdict| verdict.state.status).max() else {
        return InstrumentSummary::MISSING_PROVIDER;
    };
    if verdicts.iter().any(|verdict| verdict.state.status.is_open()) {
        return InstrumentSummary {
            status: ResultStatus::Pending,
            result: None,
            level: ResultCode::Pending,
            code: ResultCode::Pending,
        };
    }
    let processed = || {
        verdicts.iter().filter_map(|verdict| match verdict.state {
            ResultState { status: ResultStatus::Processed, result: Some(result), code, .. } => {
                Some((*result, *code, verdict.thresholds))
            }
            _ => None,
        })
    };
    let Some(result) = processed().map(|(result, ..)| result).reduce(f64::max) else {
        return InstrumentSummary {
            status: highest,
            result: Some(0.0),
            level: ResultCode::Pending,
            code: ResultCode::Warning,
        };
    };
    let level = processed()
        .map(|(result, _, thresholds)| level_of(result, thresholds))
        .max()
        .unwrap_or(ResultCode::Ok);
    let code = processed().map(|(_, code, _)| code).fold(level, ResultCode::max);
    InstrumentSummary { status: highest, result: Some(result), level, code }
}

/// How bad a result is by its provider's thresholds.
fn level_of(result: f64, thresholds: Thresholds) -> ResultCode {
    let is_worse_than = |limit: Option<f64>| {
        limit.is_some_and(|limit| match thresholds.polarity {
            Polarity::Normal => result < limit,
            Polarity::Inverted => result > limit,
        })
    };
    if is_worse_than(thresholds.alert_below) {
        ResultCode::Alert
    } else if is_worse_than(thresholds.warning_below) {
        ResultCode::Warning
    } else {
        ResultCode::Ok
    }
}

/// Where a request stands, from where its instruments stand.
#[must_use]
pub fn request_status(instruments: &[ResultStatus]) -> RequestStatus {
    if instruments.iter().any(|status| status.is_open()) {
        return RequestStatus::Processing;
    }
    match instruments.iter().max() {
        Some(ResultStatus::Processed) => RequestStatus::Processed,
        Some(ResultStatus::Timeout) => RequestStatus::Timeout,
        Some(ResultStatus::MissingProvider) => RequestStatus::MissingProvider,
        _ => RequestStatus::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(status: ResultStatus, result: Option<f64>, code: ResultCode) -> ResultState {
        ResultState { result, code, ..ResultState::new(status) }
    }

    fn summary(states: &[ResultState], thresholds: Thresholds) -> InstrumentSummary {
        let verdicts: Vec<_> =
            states.iter().map(|state| ProviderVerdict { state, thresholds }).collect();
        summarise(&verdicts)
    }

    const LIMITS: Thresholds =
        Thresholds { alert_below: Some(0.3), warning_below: Some(0.6), polarity: Polarity::Normal };

    #[test]
    fn open_while_any_provider_is() {
        for open in
            [ResultStatus::Pending, ResultStatus::Processing, ResultStatus::WaitingExternalService]
        {
            let states = [
                answer(ResultStatus::Processed, Some(0.9), ResultCode::Ok),
                answer(open, None, ResultCode::Pending),
            ];
            let summary = summary(&states, LIMITS);
            assert_eq!(summary.status, ResultStatus::Pending);
            assert_eq!(summary.code, ResultCode::Pending);
            assert_eq!(request_status(&[summary.status]), RequestStatus::Processing);
        }
    }

    #[test]
    fn the_highest_result_and_the_worst_level_count() {
        let states = [
            answer(ResultStatus::Processed, Some(0.2), ResultCode::Ok),
            answer(ResultStatus::Processed, Some(0.9), ResultCode::Ok),
        ];
        let summary = summary(&states, LIMITS);
        assert_eq!(summary.result, Some(0.9));
        assert_eq!(summary.level, ResultCode::Alert);
        assert_eq!(summary.code, ResultCode::Alert);
    }

    #[test]
    fn levels_at_their_limits() {
        let level = |result, thresholds| level_of(result, thresholds);
        assert_eq!(level(0.3, LIMITS), ResultCode::Warning);
        assert_eq!(level(0.6, LIMITS), ResultCode::Ok);
        assert_eq!(level(0.29, LIMITS), ResultCode::Alert);
        assert_eq!(level(0.0, Thresholds::default()), ResultCode::Ok);
        let inverted = Thresholds {
            alert_below: Some(0.6),
            warning_below: Some(0.3),
            polarity: Polarity::Inverted,
        };
        assert_eq!(level(0.7, inverted), ResultCode::Alert);
        assert_eq!(level(0.4, inverted), ResultCode::Warning);
        assert_eq!(level(0.3, inverted), ResultCode::Ok);
    }

    #[test]
    fn a_providers_own_code_can_only_make_it_worse() {
        let states = [answer(ResultStatus::Processed, Some(0.9), ResultCode::Warning)];
        assert_eq!(summary(&states, LIMITS).code, ResultCode::Warning);
        let states = [answer(ResultStatus::Processed, Some(0.1), ResultCode::Ok)];
        assert_eq!(summary(&states, LIMITS).code, ResultCode::Alert);
    }

    #[test]
    fn nothing_processed_is_a_warning_of_nought() {
        for status in [ResultStatus::Error, ResultStatus::Timeout, ResultStatus::MissingEnrolment] {
            let summary = summary(&[answer(status, None, ResultCode::Pending)], LIMITS);
            assert_eq!((summary.status, summary.result), (status, Some(0.0)));
            assert_eq!(summary.code, ResultCode::Warning);
        }
        assert_eq!(summary(&[], LIMITS), InstrumentSummary::MISSING_PROVIDER);
    }

    #[test]
    fn a_request_stands_where_its_worst_instrument_stands() {
        use ResultStatus as R;
        for (instruments, request) in [
            (vec![R::Processed], RequestStatus::Processed),
            (vec![R::Processed, R::Error], RequestStatus::Error),
            (vec![R::Error, R::Timeout], RequestStatus::Timeout),
            (vec![R::Timeout, R::MissingProvider], RequestStatus::MissingProvider),
            (vec![R::MissingEnrolment, R::MissingProvider], RequestStatus::Error),
            (vec![R::Pending, R::Error], RequestStatus::Processing),
        ] {
            assert_eq!(request_status(&instruments), request, "{instruments:?}");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_providers_does_not_matter(
            answers in proptest::collection::vec((0_i64..8, 0.0..1.0_f64, 0_i64..4), 1..8),
        ) {
            let states: Vec<_> = answers
                .iter()
                .map(|&(status, result, code)| answer(
                    ResultStatus::from_number(status).expect("in range"),
                    Some(result),
                    ResultCode::from_number(code).expect("in range"),
                ))
                .collect();
            let reversed: Vec<_> = states.iter().rev().cloned().collect();
            prop_assert_eq!(summary(&states, LIMITS), summary(&reversed, LIMITS));
        }
    }
}
