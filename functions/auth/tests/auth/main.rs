//! The operations of the `auth` function, called as people call them.

mod api_tokens;
mod login;
mod throttle;
mod world;
