//! The dialects as callers see them.

mod bodies;
mod errors;
mod lists;
mod machines;
mod paths;
mod profiles;
mod users;
