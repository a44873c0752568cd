//! The operations of the `provider-admin` function, called as staff call them.

mod access;
mod credentials;
mod instruments;
mod providers;
mod requests;
mod world;
