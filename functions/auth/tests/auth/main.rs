//! The operations of the `auth` function, called as people call them.

mod login;
mod magic_link;
mod marketplace;
mod throttle;
mod world;
