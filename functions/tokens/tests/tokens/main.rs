//! The operations of the `tokens` function, called as machines call them.

mod approle;
mod clients;
mod jwks;
mod refresh;
mod secrets;
mod token;
mod world;
