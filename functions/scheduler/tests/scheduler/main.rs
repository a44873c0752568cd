//! The runs of the clock over the embedded table and queues.

mod dead_letters;
mod due;
mod due_model;
mod due_trouble;
mod model;
mod seen_to;
mod support;
mod sweep;
mod user_erasure;
