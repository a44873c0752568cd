//! Journeys: what crosses functions, on a local stack with the real binaries.
//!
//! `cargo dev test` starts a stack of its own and says where it is; by hand,
//! `ATTESTA_STACK=$PWD/.dev/stack.json cargo nextest run --run-ignored=only`.

mod api_tokens;
mod assurance;
mod audit;
mod browser;
mod client;
mod console;
mod console_page;
mod customers;
mod erasing;
mod imports;
mod inbox;
mod machines;
mod magic_link;
mod main_job;
mod marketplace;
mod operations;
mod own_provider;
mod partners;
mod passwords;
mod people;
mod published;
mod published_client;
mod published_enrolment;
mod published_worker;
mod reference;
mod refusals;
mod restarts;
mod rounds;
mod second_factor;
mod selling;
mod sub_tpps;

pub(crate) use client::{Answer, Stack, a_uuid};
