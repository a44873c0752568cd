//! The function over the embedded AWS and a user pool that answers as told.

mod event;
mod list;
mod profile;
mod request_account;
mod verify_attribute;
mod world;
