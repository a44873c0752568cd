//! The black-box tests.
#![expect(clippy::unwrap_used, reason = "a test that panics has found something")]

mod actors;
mod audit;
mod comparer;
mod contract;
mod deploying;
mod events;
mod journeys;
mod operations;
mod reference;
mod rights;
