//! What is asked of Cognito, and what its answers come to.

mod codes;
mod passwords;
mod policy;
mod printed;
mod sign_in;
mod steps;
mod support;
mod totp;
mod users;
