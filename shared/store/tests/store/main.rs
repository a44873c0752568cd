//! The store over the embedded table.

mod access_patterns;
mod api_tokens;
mod completion;
mod conflicts;
mod costs_catalogue;
mod costs_enrolment;
mod costs_erasure;
mod costs_notifications;
mod costs_samples;
mod credentials;
mod enrolments;
mod erasure;
mod failures;
mod histograms;
mod idempotency;
mod learners;
mod measured;
mod paging;
mod results;
mod samples;
mod schema;
mod staff;
mod submission;
mod support;
mod validations;
mod waiting;
