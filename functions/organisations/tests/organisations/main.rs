//! The function over the embedded AWS.

mod event;
mod world;
