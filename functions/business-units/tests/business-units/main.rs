//! The function over the embedded AWS.

mod assurance;
mod business_units;
mod businesses;
mod import;
mod unit;
mod units;
mod world;
