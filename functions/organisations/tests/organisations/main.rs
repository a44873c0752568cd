//! The function over the embedded AWS.

mod event;
mod list;
mod world;
