//! What is logged, which settings may change while a function runs.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use attesta_model::{LogLevel, Logging};
use attesta_store::Store;
use jiff::SignedDuration;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

/// How our own targets begin.
const OWN: &str = "attesta";
/// The settings are looked at so often at most: what they say holds within a
/// minute, the time that it takes to look included.
const LOOKED_AT_EVERY: SignedDuration = SignedDuration::from_secs(50);

/// Has the log follow the settings in the table.
#[derive(Clone)]
pub struct Follower(Arc<Following>);

struct Following {
    /// What is logged where there are no settings.
    usual: Logging,
    now: Mutex<Logging>,
    set: Box<dyn Fn(Targets) + Send + Sync>,
    /// In milliseconds since 1970.
    looked_at: AtomicI64,
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Follower").field(&self.0.usual).finish()
    }
}

/// What the log of this process follows by.
static FOLLOWER: OnceLock<Follower> = OnceLock::new();

pub(crate) fn follow_with(follower: Follower) {
    // Logging is set up once.
    let _ = FOLLOWER.set(follower);
}

pub(crate) fn follower() -> Option<Follower> {
    FOLLOWER.get().cloned()
}

impl Follower {
    /// For a log that is at what is usual, and can be set to something else.
    pub fn new(usual: Logging, set: impl Fn(Targets) + Send + Sync + 'static) -> Self {
        let now = Mutex::new(usual.clone());
        let looked_at = AtomicI64::new(i64::MIN);
        Self(Arc::new(Following { usual, now, set: Box::new(set), looked_at }))
    }

    /// Looks at the settings, if that was not done just now, beside whatever else
    /// is done. Where they can't be read the log goes on as it does.
    pub(crate) fn follow(&self, store: &Store) {
        let now = store.ids().now().as_millisecond();
        let seen = self.0.looked_at.load(Ordering::Relaxed);
        let is_due = i128::from(now.saturating_sub(seen)) >= LOOKED_AT_EVERY.as_millis();
        // Of several who find it due one looks.
        let claim = || {
            let order = Ordering::Relaxed;
            self.0.looked_at.compare_exchange(seen, now, order, order).is_ok()
        };
        if is_due && claim() {
            let (following, store) = (Arc::clone(&self.0), store.beside());
            tokio::spawn(async move { following.look(&store).await });
        }
    }
}

impl Following {
    async fn look(&self, store: &Store) {
        let Ok(settings) = store.system_settings().await else { return };
        let wanted = settings.map_or_else(|| self.usual.clone(), |settings| settings.logging);
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if *now != wanted {
            (self.set)(targets(&wanted));
            *now = wanted;
        }
    }
}

/// What is logged, as the log takes it. Of code that isn't ours nothing below
/// `info` is, whoever wants it: it may print what callers send.
pub(crate) fn targets(logging: &Logging) -> Targets {
    let theirs = |level: LevelFilter| level.min(LevelFilter::INFO);
    let everything = |level: Option<LogLevel>| {
        let level = filter(level);
        Targets::new().with_default(theirs(level)).with_target(OWN, level)
    };
    let mut targets = everything(Some(logging.level));
    for one in logging.filter.directives() {
        if one.target.is_none() {
            targets = everything(one.level);
        }
    }
    for one in logging.filter.directives() {
        let Some(target) = one.target else { continue };
        let level = filter(one.level);
        let level = if target.starts_with(OWN) { level } else { theirs(level) };
        targets = targets.with_target(target, level);
    }
    targets
}

fn filter(level: Option<LogLevel>) -> LevelFilter {
    match level {
        None => LevelFilter::OFF,
        Some(LogLevel::Error) => LevelFilter::ERROR,
        Some(LogLevel::Warn) => LevelFilter::WARN,
        Some(LogLevel::Info) => LevelFilter::INFO,
        Some(LogLevel::Debug) => LevelFilter::DEBUG,
        Some(LogLevel::Trace) => LevelFilter::TRACE,
    }
}

#[cfg(test)]
mod tests;
