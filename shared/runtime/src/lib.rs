//! Start-up, configuration, clients, logs and metrics: what every function
//! does before and around its own work.

mod clients;
mod keys;
mod logging;
mod measures;
mod queue;
mod serve;
mod settings;
mod telemetry;

pub use aws_config::SdkConfig;
pub use clients::{sdk_config, store};
pub use keys::{PublishedKeys, user_gate};
pub use logging::Follower;
pub use measures::{Measures, Worked};
pub use queue::{each_message, read_message};
pub use serve::{Surface, run_events, run_measured, serve};
pub use settings::{Missing, Settings};
pub use telemetry::init as init_telemetry;

/// What a function's `main` may end with.
pub type Failure = lambda_runtime::Error;
