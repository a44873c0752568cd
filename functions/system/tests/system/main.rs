//! The function over the embedded AWS.

mod audit;
mod health;
mod settings;
mod world;
