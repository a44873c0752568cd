//! The relay over the embedded table and queues.

mod batch;
mod crash;
mod entries;
mod event;
mod support;
