//! Journeys: what crosses functions, on a local stack with the real binaries.
//!
//! `cargo dev test` starts a stack of its own and says where it is; by hand,
//! `ATTESTA_STACK=$PWD/.dev/stack.json cargo nextest run --run-ignored=only`.

mod client;
mod machines;
mod main_job;
mod own_provider;
mod published;
mod published_client;
mod published_enrolment;
mod published_worker;
mod refusals;
mod restarts;
mod selling;

pub(crate) use client::{Stack, a_uuid};
