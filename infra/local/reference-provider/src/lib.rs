//! A provider for the plagiarism instrument that does real work.
//!
//! It signs in as any provider does, takes tasks from its own queue, compares each document with a
//! corpus of texts and reports how original the document is:
//!
//! - [`celery`] reads the queue's messages,
//! - [`api`] is the provider's side of the provider API,
//! - [`shingles`] compares two texts, [`corpus`] one text with many,
//! - [`verdict`] turns a comparison into the report that is sent,
//! - [`worker`] ties these together around the queue,
//! - [`http`] is the small HTTP client beneath, of use to other local tools as well.

pub mod api;
pub mod celery;
pub mod corpus;
pub mod http;
pub mod shingles;
pub mod verdict;
pub mod worker;
