//! The function over the embedded AWS.

mod audit;
mod health;
mod reference;
mod settings;
mod world;
