//! The function over the embedded AWS.

mod activate;
mod advance_pay;
mod by_ids;
mod changing;
mod create;
mod import_finmid_status;
mod import_organisations;
mod import_preferences;
mod imports;
mod list;
mod modules;
mod organisation;
mod owner;
mod request_module;
mod sync_users;
mod world;
