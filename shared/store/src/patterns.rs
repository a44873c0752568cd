//! Access patterns: what is asked of the table, each as a struct that yields
//! its key condition and folds the items into an answer.

use attesta_model::verification::{
    InstrumentSummary, ProviderVerdict, RequestStatus, ResultState, ResultStatus, request_status,
    summarise,
};
use attesta_model::{
    Error, Instrument, InstrumentId, Learner, LearnerId, OrganisationId, Provider, ProviderId,
    RequestId, Result, ResultId, SampleId, Thresholds, UserId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys;
use crate::sample::SampleRow;
use crate::table::{Item, Query, Sort, from_item};
use crate::validation::ValidationRow;

/// The header of a verification request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestHeader {
    /// Its number.
    pub id: RequestId,
    /// The organisation that made it.
    pub organisation_id: OrganisationId,
    /// The learner it is about.
    pub learner_id: LearnerId,
    /// The user who made it.
    pub created_by: UserId,
    /// What the learner was doing, in the organisation's words.
    pub activity: Option<String>,
    /// Where the data is, in the bucket.
    pub data_key: String,
    /// The instruments asked for.
    pub instruments: Vec<InstrumentId>,
    /// How often its providers were asked again.
    pub asked_again: u32,
    /// When they were asked again last.
    pub asked_at: Option<Timestamp>,
    /// When the organisation cancelled it.
    pub cancelled_at: Option<Timestamp>,
    /// Goes up by one with each change.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the last answer to it was in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
}

/// One provider's result of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultRow {
    /// Its number.
    pub id: ResultId,
    /// The request.
    pub request_id: RequestId,
    /// The provider.
    pub provider_id: ProviderId,
    /// The instrument that the provider implements.
    pub instrument_id: InstrumentId,
    /// The learner the request is about.
    pub learner_id: LearnerId,
    /// Where the request's data is, in the bucket.
    pub data_key: String,
    /// The answer as it stands.
    #[serde(flatten)]
    pub state: ResultState,
    /// From where on the answer alarms; as it was when the request was made.
    #[serde(flatten)]
    pub thresholds: Thresholds,
    /// Goes up by one with each change.
    pub version: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A request with every provider's result.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestAggregate {
    /// The request.
    pub header: RequestHeader,
    /// The results, by provider.
    pub results: Vec<ResultRow>,
}

/// An instrument that a request asked for, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestedInstrument<'a> {
    /// The instrument.
    pub id: InstrumentId,
    /// What its providers say together.
    pub summary: InstrumentSummary,
    /// What each says.
    pub results: Vec<&'a ResultRow>,
}

impl ResultRow {
    /// The same in another state.
    pub(crate) fn with(&self, state: ResultState, now: Timestamp) -> Self {
        Self { state, version: self.version + 1, updated_at: now, ..self.clone() }
    }
}

impl RequestAggregate {
    /// The instruments asked for, in the order of the request.
    #[must_use]
    pub fn instruments(&self) -> Vec<RequestedInstrument<'_>> {
        let one = |&id: &InstrumentId| {
            let results: Vec<_> =
                self.results.iter().filter(|result| result.instrument_id == id).collect();
            let verdicts: Vec<_> = results
                .iter()
                .map(|row| ProviderVerdict { state: &row.state, thresholds: row.thresholds })
                .collect();
            RequestedInstrument { id, summary: summarise(&verdicts), results }
        };
        self.header.instruments.iter().map(one).collect()
    }

    /// Whether an answer is still to come.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.results.iter().any(|row| row.state.status.is_open())
    }

    /// The results that nobody is known to work on: what waits for a service
    /// beyond its provider is not among them.
    pub(crate) fn unanswered(&self) -> impl Iterator<Item = &ResultRow> {
        let open = [ResultStatus::Pending, ResultStatus::Processing];
        self.results.iter().filter(move |row| open.contains(&row.state.status))
    }

    /// Where the request stands as a whole.
    #[must_use]
    pub fn status(&self) -> RequestStatus {
        if self.header.cancelled_at.is_some() {
            return RequestStatus::Error;
        }
        let statuses: Vec<ResultStatus> =
            self.instruments().iter().map(|instrument| instrument.summary.status).collect();
        request_status(&statuses)
    }
}

/// A request and all its results, in one query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestWithResults(pub(crate) RequestId);

impl RequestWithResults {
    pub(crate) fn query(self) -> Query {
        Query::table(keys::request_partition(self.0), Sort::Any)
    }

    pub(crate) fn fold(self, items: Vec<Item>) -> Result<Option<RequestAggregate>> {
        let (mut header, mut results) = (None, Vec::with_capacity(items.len()));
        for item in items {
            match kind(&item) {
                Some(REQUEST) => header = Some(from_item(item)?),
                Some(RESULT) => results.push(from_item(item)?),
                other => return Err(unexpected(other)),
            }
        }
        Ok(header.map(|header| RequestAggregate { header, results }))
    }
}

/// A sample with every provider's validation.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleAggregate {
    /// The sample.
    pub sample: SampleRow,
    /// The validations, by provider.
    pub validations: Vec<ValidationRow>,
}

/// A sample and all its validations, in one query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SampleWithValidations(pub(crate) SampleId);

impl SampleWithValidations {
    pub(crate) fn query(self) -> Query {
        Query::table(keys::sample_partition(self.0), Sort::Any)
    }

    pub(crate) fn fold(self, items: Vec<Item>) -> Result<Option<SampleAggregate>> {
        let (mut sample, mut validations) = (None, Vec::with_capacity(items.len()));
        for item in items {
            match kind(&item) {
                Some(SAMPLE) => sample = Some(from_item(item)?),
                Some(VALIDATION) => validations.push(from_item(item)?),
                other => return Err(unexpected(other)),
            }
        }
        Ok(sample.map(|sample| SampleAggregate { sample, validations }))
    }
}

/// A learner and the providers they are enrolled with, in one query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LearnerWithEnrolments(pub(crate) LearnerId);

/// What that query brings.
#[derive(Debug, Clone, Default)]
pub(crate) struct EnrolledLearner {
    pub(crate) learner: Option<Learner>,
    pub(crate) ready: Vec<ProviderId>,
}

impl LearnerWithEnrolments {
    pub(crate) fn query(self) -> Query {
        Query::table(keys::learner_partition(self.0), Sort::Any)
    }

    pub(crate) fn fold(self, items: Vec<Item>) -> Result<EnrolledLearner> {
        let mut answer = EnrolledLearner::default();
        for item in items {
            match kind(&item) {
                Some(LEARNER) => answer.learner = Some(from_item(item)?),
                Some(ENROLMENT) => {
                    let enrolment: Enrolment = from_item(item)?;
                    answer.ready.extend(enrolment.can_analyse.then_some(enrolment.provider_id));
                }
                other => return Err(unexpected(other)),
            }
        }
        Ok(answer)
    }
}

/// The part of an enrolment that decides whether a provider can verify.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Enrolment {
    provider_id: ProviderId,
    can_analyse: bool,
}

/// The catalogue, or one instrument of it with its providers, in one query.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Catalogue {
    Whole,
    Of(InstrumentId),
}

/// An instrument with the providers that implement it.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueEntry {
    /// The instrument.
    pub instrument: Instrument,
    /// Its providers.
    pub providers: Vec<Provider>,
}

impl Catalogue {
    pub(crate) fn query(self) -> Query {
        let sort = match self {
            Self::Whole => Sort::Any,
            Self::Of(id) => Sort::StartsWith(keys::instrument_in_catalogue(id)),
        };
        Query::index(keys::CATALOGUE.to_owned(), sort)
    }

    /// Providers come right after their instrument.
    pub(crate) fn fold(self, items: Vec<Item>) -> Result<Vec<CatalogueEntry>> {
        let mut entries: Vec<CatalogueEntry> = Vec::new();
        for item in items {
            match kind(&item) {
                Some(INSTRUMENT) => {
                    let entry =
                        CatalogueEntry { instrument: from_item(item)?, providers: Vec::new() };
                    entries.push(entry);
                }
                Some(PROVIDER) => {
                    let provider = from_item(item)?;
                    match entries.last_mut() {
                        Some(entry) => entry.providers.push(provider),
                        None => return Err(Error::internal("a provider without its instrument")),
                    }
                }
                other => return Err(unexpected(other)),
            }
        }
        Ok(entries)
    }
}

pub(crate) const INSTRUMENT: &str = "INSTRUMENT";
pub(crate) const PROVIDER: &str = "PROVIDER";
pub(crate) const CREDENTIAL: &str = "CREDENTIAL";
pub(crate) const CREDENTIALS: &str = "CREDENTIALS";
pub(crate) const NAME: &str = "NAME";
pub(crate) const ORGANISATION: &str = "ORGANISATION";
pub(crate) const WEBHOOK: &str = "WEBHOOK";
pub(crate) const ADVANCE_PAY: &str = "ADVANCE_PAY";
pub(crate) const BUSINESS_UNIT: &str = "BUSINESS_UNIT";
pub(crate) const BUSINESS_UNIT_OWNER: &str = "BUSINESS_UNIT_OWNER";
pub(crate) const BUSINESS_UNIT_COUNT: &str = "BUSINESS_UNIT_COUNT";
pub(crate) const CONNECTION: &str = "CONNECTION";
pub(crate) const ENTRY: &str = "ENTRY";
pub(crate) const ENTERED: &str = "ENTERED";
pub(crate) const MAIL_DOMAIN: &str = "MAIL_DOMAIN";
pub(crate) const USER: &str = "USER";
pub(crate) const API_TOKEN: &str = "API_TOKEN";
pub(crate) const LINK: &str = "LINK";
pub(crate) const LINKS: &str = "LINKS";
pub(crate) const PROFILE: &str = "PROFILE";
pub(crate) const LEARNER: &str = "LEARNER";
pub(crate) const ENROLMENT: &str = "ENROLMENT";
pub(crate) const SAMPLE: &str = "SAMPLE";
pub(crate) const VALIDATION: &str = "VALIDATION";
pub(crate) const USED_SAMPLES: &str = "USED_SAMPLES";
pub(crate) const REQUEST: &str = "REQUEST";
pub(crate) const RESULT: &str = "RESULT";
pub(crate) const ASSURANCE: &str = "ASSURANCE";
pub(crate) const IMPORT: &str = "IMPORT";
pub(crate) const IDEMPOTENCY: &str = "IDEMPOTENCY";
pub(crate) const OUTBOX: &str = "OUTBOX";
pub(crate) const DUE: &str = "DUE";
pub(crate) const MARK: &str = "MARK";
pub(crate) const NOTIFICATION: &str = "NOTIFICATION";
pub(crate) const NOTIFICATION_KEY: &str = "NOTIFICATION_KEY";
pub(crate) const ISSUER_KEY: &str = "ISSUER_KEY";
pub(crate) const MEMBER: &str = "MEMBER";
pub(crate) const SUB_TPP: &str = "SUB_TPP";
pub(crate) const SUB_TPP_DOMAIN: &str = "SUB_TPP_DOMAIN";
pub(crate) const SUB_TPP_APPROVAL: &str = "SUB_TPP_APPROVAL";
pub(crate) const AUDIT: &str = "AUDIT";
pub(crate) const SETTINGS: &str = "SETTINGS";
pub(crate) const PAGE_KEY: &str = "PAGE_KEY";
pub(crate) const TENANT: &str = "TENANT";
pub(crate) const RESELLER: &str = "RESELLER";
pub(crate) const CUSTOMER: &str = "CUSTOMER";
pub(crate) const PROVIDER_INSTANCE: &str = "PROVIDER_INSTANCE";
pub(crate) const CUSTOMER_RESELLER: &str = "CUSTOMER_RESELLER";
pub(crate) const CUSTOMER_INSTANCE: &str = "CUSTOMER_INSTANCE";
pub(crate) const LISTING: &str = "TPP";
pub(crate) const LISTING_CATEGORIES: &str = "TPP_CATEGORIES";
pub(crate) const PARTNER: &str = "PARTNER";
pub(crate) const APPROVAL: &str = "APPROVAL";
pub(crate) const ENABLEMENT: &str = "ENABLEMENT";
pub(crate) const PARTNER_CUSTOMER: &str = "PARTNER_CUSTOMER";
pub(crate) const CUSTOMER_KEY: &str = "CUSTOMER_KEY";

/// The type that an item says it is of.
pub(crate) fn kind(item: &Item) -> Option<&str> {
    item.get("type")?.as_s().ok().map(String::as_str)
}

pub(crate) fn unexpected(kind: Option<&str>) -> Error {
    Error::internal(format_args!("an item of type {kind:?} where none should be"))
}
