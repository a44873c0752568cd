//! What is due by the clock: times that have come, the sweep of the outbox, and a
//! look at what providers' workers gave up on.

mod dead_letters;
mod due;
mod erasure;
mod notices;
mod sweep;
mod user_erasure;

use std::time::Duration;

use attesta_messaging::Courier;
use attesta_model::Result;
use attesta_objects::Objects;
use attesta_runtime::{Measures, Worked};
use attesta_store::Store;
use aws_sdk_sqs::Client;
use serde::Serialize;

pub use dead_letters::dead_letters;
pub use due::{COMING, Done, run_due};
pub use erasure::LAST_LOOK;
pub use sweep::{OVERDUE, Swept, sweep};
pub use user_erasure::LAST_LOOK_AT_USER;

/// No new page is begun after this; the next run goes on.
const TIME_TO_STOP: Duration = Duration::from_secs(40);

/// What a run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Ran {
    /// Of what was due.
    pub due: Done,
    /// Of what the stream missed.
    pub outbox: Swept,
}

/// What the clock starts each minute: all at the same time, so that nothing waits
/// for the rest. Dead letters that can't be counted are no reason to fail.
///
/// # Errors
/// When the table can't be read.
pub async fn run(
    store: &Store,
    courier: &Courier,
    queues: &Client,
    objects: &Objects,
    stack: &str,
) -> Result<Worked<Ran>> {
    let (due, outbox, dead) = tokio::join!(
        run_due(store, queues, objects),
        sweep(store, courier),
        dead_letters(queues, stack),
    );
    let ran = Ran { due: due?, outbox: outbox? };
    let Ran { due, outbox } = &ran;
    tracing::info!(?due, ?outbox, "ran");
    let measures =
        Measures::default().count("Resent", outbox.sent).count("StillUnsent", outbox.failed);
    let measures = match dead {
        Ok(count) => measures.count("ProviderDeadLetters", count),
        Err(error) => {
            tracing::warn!(%error, "dead letters can't be counted");
            measures
        }
    };
    Ok(Worked { answer: ran, measures })
}
