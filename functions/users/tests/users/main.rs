//! The function over the embedded AWS and a user pool that answers as told.

mod by_phone;
mod erasure;
mod export;
mod list;
mod preferences;
mod profile;
mod request_account;
mod short;
mod update;
mod user;
mod users;
mod verify_attribute;
mod world;
