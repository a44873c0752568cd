//! The operations of the `auth` function, called as people call them.

mod access;
mod admin;
mod api_tokens;
mod challenge;
mod login;
mod logs;
mod magic_link;
mod marketplace;
mod new_staff;
mod passwords;
mod refresh;
mod sessions;
mod sign_up;
mod throttle;
mod totp;
mod uniform;
mod world;
