//! The operations of the `providers` function, called as providers call them.

mod access;
mod notification;
mod provider;
mod request;
mod validation;
mod world;
