//! The triggers over the embedded table, by events as the user pool sends them.

mod challenge;
mod migration;
mod secrets;
mod tokens;
mod world;
