//! The sweep of the outbox.

use std::time::Instant;

use attesta_messaging::Courier;
use attesta_model::Result;
use attesta_store::Store;
use attesta_store::keys::OUTBOX_SHARDS;
use jiff::SignedDuration;
use serde::Serialize;

use crate::TIME_TO_STOP;

/// A row older than this was missed by the stream.
pub const OVERDUE: SignedDuration = SignedDuration::from_mins(2);
/// Rows read from a shard at a time.
const PAGE: i32 = 100;

/// What a sweep came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// Rows that were sent.
    pub sent: usize,
    /// Rows that could not be, and stay for the next run.
    pub failed: usize,
}

/// Sends what has stood in the outbox for more than two minutes.
///
/// # Errors
/// When the table can't be read.
pub async fn sweep(store: &Store, courier: &Courier) -> Result<Swept> {
    let started = Instant::now();
    let before = store.ids().now() - OVERDUE;
    let mut swept = Swept::default();
    for shard in 0..OUTBOX_SHARDS {
        let mut rest = None;
        loop {
            let page = store.outbox_before(shard, before, PAGE, rest).await?;
            swept.failed += page.unreadable;
            for row in &page.rows {
                match courier.deliver(row).await {
                    Ok(_) => swept.sent += 1,
                    Err(error) => {
                        tracing::error!(%error, row = row.id, "still unsent");
                        swept.failed += 1;
                    }
                }
            }
            // On past what could not be sent, which the next run tries again.
            rest = page.rest;
            if rest.is_none() || started.elapsed() > TIME_TO_STOP {
                break;
            }
        }
    }
    Ok(swept)
}
