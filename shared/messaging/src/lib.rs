//! Outbox delivery and queue messages.

mod batch;
mod celery;
mod delivery;
mod provider_queue;
pub mod templates;

pub use batch::{Delayed, send_all};
pub use celery::message;
pub use delivery::{Courier, QueueUrls};
pub use provider_queue::{ProviderQueue, QueueNames, create, delete, open_to};
