//! The embedded AWS and the small world that tests run against.
//!
//! The table is real DynamoDB semantics in this process (dynoxide); the bucket
//! and the queues are stand-ins that keep what they are given. Clients are the
//! real SDK clients, pointed here. For tests alone: whatever fails, panics.

mod aws;
mod bucket;
mod clock;
mod cognito;
mod colleagues;
mod deeds;
mod http;
mod queues;
mod rights;
mod world;

pub use aws::{Aws, stand_in};
pub use bucket::Bucket;
pub use clock::TestClock;
pub use cognito::Cognito;
pub use deeds::outgoing_item;
pub use http::{Answer, call, form, from, json, raw, upload, with_header};
pub use queues::{Queues, Sent};
pub use rights::{Rights, Statement, deployed, is_like, policy_text, rights, template};
pub use world::{ISSUER, POOL_API_CLIENT, POOL_CLIENT, POOL_ISSUER, StaticKeys, World};
