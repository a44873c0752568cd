//! The operations of the `providers` function, called as providers call them.

mod access;
mod enrolment;
mod notification;
mod provider;
mod request;
mod sample;
mod validation;
mod world;
