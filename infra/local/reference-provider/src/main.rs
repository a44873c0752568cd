//! The reference provider's process. Its environment:
//!
//! - `API_URL`, `ROLE_ID`, `SECRET_ID`: where to sign in, and as whom,
//! - `CORPUS`: the directory of the texts that documents are compared with,
//! - `WAIT_SECONDS` (optional): how long a poll of the queue waits, 0 to 20,
//! - `LOG_LEVEL` (optional, default `info`),
//! - AWS credentials, as the SDK looks for them.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use attesta_reference_provider::api::{Credentials, Queue, Session};
use attesta_reference_provider::corpus::Corpus;
use attesta_reference_provider::http::{Client, Patience};
use attesta_reference_provider::worker::{Options, Worker};
use aws_config::{BehaviorVersion, Region};
use tokio::signal::unix::{SignalKind, signal};
use tracing::level_filters::LevelFilter;

const CONCURRENCY: usize = 8;
const WAIT_SECONDS: i32 = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let level = std::env::var("LOG_LEVEL").ok().and_then(|level| level.parse().ok());
    let level: LevelFilter = level.unwrap_or(LevelFilter::INFO);
    tracing_subscriber::fmt().json().with_max_level(level).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the reference provider can't go on");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let [api_url, role_id, secret_id, corpus] =
        from_environment(["API_URL", "ROLE_ID", "SECRET_ID", "CORPUS"])?;
    let corpus = Corpus::load(Path::new(&corpus))?;
    let credentials = Credentials { role_id, secret_id: secret_id.into() };
    let http = Client::new();
    let (session, queue) =
        Session::sign_in(http.clone(), Patience::default(), &api_url, credentials).await?;
    tracing::info!(provider_id = session.provider_id(), texts = corpus.len(), "signed in");

    let sqs = sqs(&http, &queue).await;
    let worker = Worker::new(session, sqs, corpus, options(queue)?);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = async {
        tokio::select! { _ = terminate.recv() => (), _ = interrupt.recv() => () }
        tracing::info!("stopping");
    };
    worker.run(stop).await;
    Ok(())
}

/// The values of the variables, or an error that names all that are missing.
fn from_environment<const N: usize>(names: [&str; N]) -> Result<[String; N], String> {
    let values = names.map(|name| std::env::var(name).unwrap_or_default());
    let missing: Vec<_> = names
        .into_iter()
        .zip(&values)
        .filter(|(_, value)| value.is_empty())
        .map(|(name, _)| name)
        .collect();
    if missing.is_empty() {
        Ok(values)
    } else {
        Err(format!("missing in the environment: {}", missing.join(", ")))
    }
}

fn options(queue: Queue) -> Result<Options, Box<dyn Error>> {
    let wait_seconds = match std::env::var("WAIT_SECONDS") {
        Ok(seconds) => seconds.parse()?,
        Err(_) => queue.wait_seconds.unwrap_or(WAIT_SECONDS),
    };
    Ok(Options {
        queue_url: queue.url,
        wait_seconds: wait_seconds.clamp(0, 20),
        concurrency: CONCURRENCY,
    })
}

async fn sqs(http: &Client, queue: &Queue) -> aws_sdk_sqs::Client {
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(queue.region.clone()))
        .http_client(http.for_sdk())
        .load()
        .await;
    aws_sdk_sqs::Client::new(&config)
}
