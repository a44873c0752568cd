//! The sweep over the embedded table and queues.

mod model;
mod support;
mod sweep;
