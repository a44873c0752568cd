//! The store over the embedded table.

mod access_patterns;
mod credentials;
mod idempotency;
mod learners;
mod measured;
mod paging;
mod results;
mod schema;
mod submission;
mod support;
