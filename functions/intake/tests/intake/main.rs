//! The operations of the `intake` function, called as users of organisations
//! call them.

mod access;
mod enrolment;
mod learner;
mod results;
mod sample;
mod upload;
mod verification;
mod webhook;
mod world;
