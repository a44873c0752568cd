//! The triggers over the embedded table, by events as the user pool sends them.

mod challenge;
mod secrets;
mod tokens;
mod world;
