//! Outbox delivery and queue messages.

mod batch;
mod celery;
mod dead_letters;
mod delivery;
mod provider_queue;
pub mod templates;

pub use batch::{Delayed, send_all};
pub use celery::message;
pub use dead_letters::{DEAD, dead_letter_queues, messages_in};
pub use delivery::{Courier, QueueUrls};
pub use provider_queue::{ProviderQueue, QueueNames, create, delete, open_to};
