//! The function over the embedded AWS.

mod check;
mod contacts;
mod create;
mod delete;
mod list;
mod network;
mod relationships;
mod world;
