//! Learners, what they hand in, and what comes of it.

use super::*;

/// The start of every enrolment's sort key.
pub const ENROLMENT_PREFIX: &str = "ENROLMENT#";
/// The start of every histogram's sort key.
pub const HISTOGRAM_PREFIX: &str = "RESULTS#";
/// The start of the sort key of every count of samples.
pub const SAMPLE_COUNT_PREFIX: &str = "SAMPLES#";

/// A learner.
#[must_use]
pub fn learner(id: LearnerId) -> Key {
    Key::new(learner_partition(id), "LEARNER")
}

/// The partition of a learner and their enrolments.
#[must_use]
pub fn learner_partition(id: LearnerId) -> String {
    format!("LEARNER#{id}")
}

/// A learner's enrolment with a provider.
#[must_use]
pub fn enrolment(learner: LearnerId, provider: ProviderId) -> Key {
    Key::new(learner_partition(learner), format!("{ENROLMENT_PREFIX}{}", number(provider.get())))
}

/// The partition of the samples that a model was made of, where they are many.
#[must_use]
pub fn used_samples(id: EnrolmentId) -> String {
    format!("ENROLMENT#{}#USED", number(id.get()))
}

/// A thousand of them, in a version that no other set of them has.
#[must_use]
pub fn used_samples_chunk(id: EnrolmentId, version: u64, chunk: usize) -> Key {
    Key::new(used_samples(id), format!("{}#{chunk:06}", number(version)))
}

/// The count of a learner's samples for an instrument.
#[must_use]
pub fn sample_count(learner: LearnerId, instrument: InstrumentId) -> Key {
    Key::new(learner_counts(learner), format!("{SAMPLE_COUNT_PREFIX}{}", number(instrument.get())))
}

/// Of which instrument samples are counted, by the count's key.
#[must_use]
pub fn sample_count_of(key: &Key) -> Option<InstrumentId> {
    key.sk.strip_prefix(SAMPLE_COUNT_PREFIX)?.parse().ok()
}

/// The partition of what is counted for a learner.
#[must_use]
pub fn learner_counts(learner: LearnerId) -> String {
    format!("{}#COUNTS", learner_partition(learner))
}

/// The histogram of a learner's results by an instrument's providers, or by one.
#[must_use]
pub fn histogram(
    learner: LearnerId,
    instrument: InstrumentId,
    provider: Option<ProviderId>,
) -> Key {
    let instrument = format!("{HISTOGRAM_PREFIX}{}", number(instrument.get()));
    let sk = match provider {
        Some(provider) => format!("{instrument}#{}", number(provider.get())),
        None => instrument,
    };
    Key::new(learner_counts(learner), sk)
}

/// Whose a histogram is, by its key.
#[must_use]
pub fn histogram_of(key: &Key) -> Option<(InstrumentId, Option<ProviderId>)> {
    let place = key.sk.strip_prefix(HISTOGRAM_PREFIX)?;
    match place.split_once('#') {
        Some((instrument, provider)) => {
            Some((instrument.parse().ok()?, Some(provider.parse().ok()?)))
        }
        None => Some((place.parse().ok()?, None)),
    }
}

/// A sample.
#[must_use]
pub fn sample(id: SampleId) -> Key {
    Key::new(sample_partition(id), "SAMPLE")
}

/// The partition of a sample and its validations.
#[must_use]
pub fn sample_partition(id: SampleId) -> String {
    format!("SAMPLE#{}", number(id.get()))
}

/// A provider's validation of a sample.
#[must_use]
pub fn validation(sample: SampleId, provider: ProviderId) -> Key {
    Key::new(sample_partition(sample), format!("VALIDATION#{}", number(provider.get())))
}

/// The index's partition of a learner's samples for an instrument.
#[must_use]
pub fn learner_samples(learner: LearnerId, instrument: InstrumentId) -> String {
    format!("{}#SAMPLES#{}", learner_partition(learner), number(instrument.get()))
}

/// A sample's place among its learner's.
#[must_use]
pub fn sample_in_learner(id: u64) -> String {
    format!("SAMPLE#{}", number(id))
}

/// A verification request.
#[must_use]
pub fn request(id: RequestId) -> Key {
    Key::new(request_partition(id), "REQUEST")
}

/// The index's partition of a learner's requests.
#[must_use]
pub fn learner_requests(learner: LearnerId) -> String {
    format!("{}#REQUESTS", learner_partition(learner))
}

/// The partition of a request and its results.
#[must_use]
pub fn request_partition(id: RequestId) -> String {
    format!("REQUEST#{}", number(id.get()))
}

/// A provider's result of a request.
#[must_use]
pub fn result(request: RequestId, provider: ProviderId) -> Key {
    Key::new(request_partition(request), format!("RESULT#{}", number(provider.get())))
}
