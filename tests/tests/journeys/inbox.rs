//! What people were told, as `cargo dev inbox` shows it.

use std::time::{Duration, Instant};

use attesta_dev::inbox::{self, Told};

use super::Stack;

const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// The message on a channel that speaks of something, once it has come.
pub(crate) async fn told(stack: &Stack, channel: &str, of: &str) -> Told {
    let start = Instant::now();
    loop {
        let all = inbox::all(&stack.file).await.expect("an inbox");
        let speaks = |told: &Told| told.to.contains(of) || told.text.contains(of);
        if let Some(told) = all.into_iter().find(|told| told.channel == channel && speaks(told)) {
            return told;
        }
        assert!(start.elapsed() < PATIENCE, "no {channel} of {of}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
