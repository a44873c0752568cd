//! The count at the end: what was lost, what was doubled, how long it took.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use super::submission::{Finished, Outcome};

/// What became of all submissions.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tally {
    submitted: usize,
    /// Submissions without a final request, and requests that the provider has no result of.
    lost: usize,
    /// Requests and results there are more than one of.
    doubled: usize,
    /// Requests with another code than the text should get.
    unexpected: usize,
    /// The final codes in the order of the submissions.
    codes: Vec<String>,
    /// How long the requests took, the shortest first.
    durations: Vec<Duration>,
}

impl Tally {
    /// Counts. `recorded` holds the ids of the requests of which the provider has a result, each as
    /// often as it has one.
    pub(super) fn of(outcomes: &[Outcome], recorded: &[u64]) -> Self {
        let mut outcomes: Vec<&Outcome> = outcomes.iter().collect();
        outcomes.sort_by_key(|outcome| outcome.number);
        let finished: Vec<&Finished> =
            outcomes.iter().filter_map(|outcome| outcome.result.as_ref().ok()).collect();
        let ids: BTreeSet<u64> = finished.iter().map(|finished| finished.request_id).collect();
        let recorded = count(recorded.iter().copied());
        let as_expected = |outcome: &&&Outcome| {
            let finished = outcome.result.as_ref();
            finished.is_ok_and(|finished| finished.is_as_expected(outcome.text))
        };
        let mut durations: Vec<_> = finished.iter().map(|finished| finished.finished).collect();
        durations.sort_unstable();
        Self {
            submitted: outcomes.len(),
            lost: outcomes.len() - finished.len()
                + ids.iter().filter(|id| !recorded.contains_key(*id)).count(),
            doubled: finished.len() - ids.len()
                + finished.iter().map(|finished| surplus(&finished.providers)).sum::<usize>()
                + recorded.values().map(|results| results - 1).sum::<usize>()
                + recorded.len().saturating_sub(outcomes.len()),
            unexpected: finished.len() - outcomes.iter().filter(as_expected).count(),
            codes: outcomes.iter().map(|outcome| code(outcome)).collect(),
            durations,
        }
    }

    /// Whether everything came back once and as expected.
    pub(super) fn is_clean(&self) -> bool {
        self.lost + self.doubled + self.unexpected == 0
    }

    /// The duration that so many per cent of the requests did not exceed.
    fn percentile(&self, per_cent: usize) -> Duration {
        let rank = (self.durations.len() * per_cent).div_ceil(100).max(1);
        self.durations.get(rank - 1).copied().unwrap_or_default()
    }
}

fn code(outcome: &Outcome) -> String {
    match &outcome.result {
        Ok(finished) => finished.code.to_string(),
        Err(_) => "none".to_owned(),
    }
}

fn count(ids: impl Iterator<Item = u64>) -> BTreeMap<u64, usize> {
    let mut counts = BTreeMap::new();
    for id in ids {
        *counts.entry(id).or_default() += 1;
    }
    counts
}

fn surplus(ids: &[u64]) -> usize {
    ids.len() - ids.iter().collect::<BTreeSet<_>>().len()
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { submitted, lost, doubled, unexpected, codes, durations } = self;
        let [p50, p95, max] = [50, 95, 100].map(|share| self.percentile(share).as_secs_f64());
        writeln!(
            formatter,
            "{submitted} submitted, {} final, {lost} lost, {doubled} doubled, {unexpected} with an \
             unexpected code",
            durations.len()
        )?;
        write!(formatter, "time to final: p50 {p50:.2} s, p95 {p95:.2} s, max {max:.2} s")?;
        if codes.len() <= 20 {
            write!(formatter, "\ncodes: {}", codes.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::submission::{Code, TEXTS};
    use super::*;

    fn finished(number: usize, request_id: u64, code: Code, providers: &[u64]) -> Outcome {
        let seconds = Duration::from_secs(number as u64);
        let result = Ok(Finished {
            request_id,
            code,
            providers: providers.to_vec(),
            originality: Some(1.0),
            accepted: seconds,
            dispatched: seconds,
            answered: seconds,
            finished: seconds,
        });
        Outcome { number, text: &TEXTS[(number - 1) % 3], result }
    }

    fn failed(number: usize) -> Outcome {
        Outcome { number, text: &TEXTS[0], result: Err("no answer".to_owned()) }
    }

    #[test]
    fn all_once_and_as_expected_is_clean() {
        let outcomes = [
            finished(2, 12, Code::Alert, &[1]),
            finished(1, 11, Code::Ok, &[1]),
            finished(3, 13, Code::Ok, &[1]),
        ];
        let tally = Tally::of(&outcomes, &[13, 12, 11]);
        assert!(tally.is_clean());
        assert_eq!(tally.codes, ["ok", "alert", "ok"]);
    }

    #[test]
    fn what_is_missing_is_lost() {
        let outcomes = [finished(1, 11, Code::Ok, &[1]), failed(2)];
        assert_eq!(Tally::of(&outcomes, &[11]).lost, 1);
        assert_eq!(Tally::of(&outcomes, &[11]).codes, ["ok", "none"]);
        assert_eq!(Tally::of(&outcomes, &[]).lost, 2);
    }

    #[test]
    fn what_is_there_twice_is_doubled() {
        let once = [finished(1, 11, Code::Ok, &[1])];
        assert_eq!(Tally::of(&once, &[11, 11]).doubled, 1, "two results");
        assert_eq!(Tally::of(&once, &[11, 12]).doubled, 1, "a request nobody knows of");
        let twice = [finished(1, 11, Code::Ok, &[1, 1])];
        assert_eq!(Tally::of(&twice, &[11]).doubled, 1, "two results in the answer");
        let same = [finished(1, 11, Code::Ok, &[1]), finished(4, 11, Code::Ok, &[1])];
        assert_eq!(Tally::of(&same, &[11]).doubled, 1, "one request for two submissions");
    }

    #[test]
    fn another_code_or_no_result_is_unexpected() {
        let outcomes = [finished(1, 11, Code::Warning, &[1]), finished(3, 13, Code::Ok, &[])];
        let tally = Tally::of(&outcomes, &[11, 13]);
        assert_eq!((tally.unexpected, tally.lost, tally.doubled), (2, 0, 0));
    }

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let outcomes: Vec<_> =
            (1..=20).map(|number| finished(number, number as u64, Code::Ok, &[1])).collect();
        let tally = Tally::of(&outcomes, &[]);
        let seconds = [50, 95, 100].map(|share| tally.percentile(share).as_secs());
        assert_eq!(seconds, [10, 19, 20]);
        assert_eq!(Tally::of(&[], &[]).percentile(50), Duration::ZERO);
    }
}
