//! `cargo dev demo`: real texts travel to a provider and back.
//!
//! A user signs in and submits texts; the reference provider takes them from its queue and reports
//! how original they are. Afterwards the platform's books are checked: every request once, with one
//! result of the provider and the expected code.

mod customer;
mod multipart;
mod processes;
mod stack;
mod submission;
mod tally;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use attesta_reference_provider::api::{Credentials, Session};
use attesta_reference_provider::http::{Client, Patience};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use customer::Customer;
use processes::Processes;
use stack::Stack;
use submission::{Outcome, TEXTS, Text};
use tally::Tally;

/// Enough to outlast a function that is killed and started again.
const PATIENCE: Patience = Patience {
    attempts: 12,
    first_pause: Duration::from_millis(200),
    longest_pause: Duration::from_secs(5),
};

/// With more requests than this, only every tenth part is reported as it ends.
const REPORTED_ONE_BY_ONE: usize = 20;

/// The demo's options.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many requests to submit, the texts in rotation
    #[arg(long, default_value_t = TEXTS.len())]
    requests: usize,
    /// How many requests are under way at a time
    #[arg(long, default_value_t = 8)]
    parallel: usize,
    /// How many processes of the reference provider share the queue
    #[arg(long, default_value_t = 1)]
    provider_processes: usize,
    /// How many seconds to wait for the result of a request
    #[arg(long, default_value_t = 120)]
    wait: u64,
}

/// Runs the demo on the stack that the file describes. Success means that every request came back
/// once and with the expected code.
///
/// # Errors
/// Where the stack can't be reached, nobody can sign in, or the provider doesn't start.
pub(crate) async fn run(stack_json: &Path, options: Options) -> Result<ExitCode> {
    let stack = Stack::read(stack_json)?;
    let started = Instant::now();
    processes::build().await?;
    step("reference provider built", started);
    let logs = stack_json.with_file_name("logs");
    let mut processes = Processes::start(&stack, options.provider_processes, &logs)?;
    let ended = tokio::select! {
        ended = submit_all(&stack, &options) => ended,
        died = processes.died() => Err(died),
        () = interrupted() => Err(anyhow!("interrupted")),
    };
    processes.stop().await;
    let tally = ended?;
    println!("{tally}");
    Ok(if tally.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn submit_all(stack: &Stack, options: &Options) -> Result<Tally> {
    let http = Client::new();
    let started = Instant::now();
    let customer = Customer::sign_in(http.clone(), PATIENCE, stack).await?;
    step("signed in", started);
    let started = Instant::now();
    customer.create_learner().await?;
    step(&format!("learner {}", customer.learner_id()), started);

    let customer = Arc::new(customer);
    let outcomes = outcomes(&customer, options).await?;
    let started = Instant::now();
    let recorded = recorded(http, stack, customer.learner_id(), outcomes.len()).await?;
    step("provider's own list read", started);
    Ok(Tally::of(&outcomes, &recorded))
}

/// Submits the texts in rotation and waits for all.
async fn outcomes(customer: &Arc<Customer>, options: &Options) -> Result<Vec<Outcome>> {
    let permits = Arc::new(Semaphore::new(options.parallel.max(1)));
    let wait = Duration::from_secs(options.wait);
    let mut journeys = JoinSet::new();
    for (number, text) in (1..=options.requests).zip(TEXTS.iter().cycle()) {
        let (customer, permits) = (Arc::clone(customer), Arc::clone(&permits));
        journeys.spawn(journey(customer, permits, number, text, wait));
    }
    let mut outcomes = Vec::with_capacity(options.requests);
    while let Some(outcome) = journeys.join_next().await {
        outcomes.push(outcome?);
        report_progress(&outcomes, options.requests);
    }
    Ok(outcomes)
}

async fn journey(
    customer: Arc<Customer>,
    permits: Arc<Semaphore>,
    number: usize,
    text: &'static Text,
    wait: Duration,
) -> Outcome {
    let _permit = permits.acquire_owned().await;
    submission::submit(&customer, number, text, wait).await
}

fn report_progress(outcomes: &[Outcome], requests: usize) {
    if requests <= REPORTED_ONE_BY_ONE {
        if let Some(outcome) = outcomes.last() {
            println!("{outcome}");
        }
    } else {
        if let Some(Outcome { result: Err(error), .. }) = outcomes.last() {
            println!("  failed: {error}");
        }
        if outcomes.len().is_multiple_of(requests / 10) {
            println!("  {} of {requests} requests are back", outcomes.len());
        }
    }
}

/// The ids of the learner's requests, each as often as the provider has a result of it.
async fn recorded(
    http: Client,
    stack: &Stack,
    learner_id: &str,
    expected: usize,
) -> Result<Vec<u64>> {
    let credentials = Credentials {
        role_id: stack.provider.role_id.clone(),
        secret_id: stack.provider.secret_id.clone(),
    };
    let (session, _) = Session::sign_in(http, PATIENCE, &stack.base_url, credentials).await?;
    Ok(session.requests_of(learner_id, expected).await?)
}

async fn interrupted() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! { _ = terminate.recv() => (), _ = interrupt.recv() => () }
}

fn step(name: &str, started: Instant) {
    println!("  {name:<58} {:>6.2} s", started.elapsed().as_secs_f64());
}
