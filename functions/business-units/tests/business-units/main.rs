//! The function over the embedded AWS.

mod assurance;
mod event;
mod world;
