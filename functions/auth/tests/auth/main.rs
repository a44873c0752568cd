//! The operations of the `auth` function, called as people call them.

mod login;
mod throttle;
mod world;
