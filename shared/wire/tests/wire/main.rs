//! The dialects as callers see them.

mod bodies;
mod errors;
mod lists;
mod paths;
mod users;
