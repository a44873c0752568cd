//! Outbox delivery and queue messages.

mod celery;
mod delivery;
mod provider_queue;

pub use celery::message;
pub use delivery::Courier;
pub use provider_queue::{ProviderQueue, QueueNames, create, delete, open_to};
