//! The operations of the `providers` function, called as providers call them.

mod access;
mod provider;
mod request;
mod world;
