//! `/api/v2/provider/{provider_id}/request/`.

mod list;
mod patch;
mod put;
mod read;
mod status;
