//! The function over the embedded table, called as partners and staff.

mod access;
mod categories;
mod customers;
mod dialect;
mod enable;
mod keys;
mod listings;
mod partners;
mod verification;
mod world;
