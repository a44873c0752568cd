//! The function over the embedded AWS.

mod audit;
mod event;
mod health;
mod settings;
mod world;
