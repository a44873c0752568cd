//! The function over the embedded AWS.

mod activate;
mod advance_pay;
mod by_ids;
mod changing;
mod create;
mod event;
mod list;
mod modules;
mod organisation;
mod owner;
mod request_module;
mod sync_users;
mod world;
