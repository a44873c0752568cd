//! One text on its way to the provider and back.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::customer::{Customer, Data, RequestDocument};

const LOOK_EVERY: Duration = Duration::from_millis(200);
/// The first status in which a request's message was sent, and the first that doesn't change.
const SCHEDULED: u8 = 1;
const FIRST_FINAL: u8 = 3;

/// A text to submit.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) name: &'static str,
    /// The code that the platform is to end with.
    pub(super) expected: Code,
    uploaded: bool,
}

/// The texts of the demo.
pub(super) const TEXTS: [Text; 3] = [
    Text { name: "original", expected: Code::Ok, uploaded: false },
    Text { name: "near-copy", expected: Code::Alert, uploaded: false },
    Text { name: "unrelated", expected: Code::Ok, uploaded: true },
];

/// The code of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    Pending,
    Ok,
    Warning,
    Alert,
    Unknown,
}

/// How a submission went.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) number: usize,
    pub(super) text: &'static Text,
    pub(super) result: Result<Finished, String>,
}

/// A request that came back. Times count from the beginning of the submission.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) request_id: u64,
    pub(super) code: Code,
    /// The providers that answered, each as often as it has a result.
    pub(super) providers: Vec<u64>,
    pub(super) originality: Option<f64>,
    pub(super) accepted: Duration,
    /// When it was first seen on its way to the provider.
    pub(super) dispatched: Duration,
    /// From the platform's own times.
    pub(super) answered: Duration,
    pub(super) finished: Duration,
}

/// Where the texts are.
pub(super) fn texts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("texts")
}

/// Submits a text and looks until its request is final.
pub(super) async fn submit(
    customer: &Customer,
    number: usize,
    text: &'static Text,
    wait: Duration,
) -> Outcome {
    let result = travel(customer, number, text, wait).await.map_err(|error| format!("{error:#}"));
    Outcome { number, text, result }
}

async fn travel(
    customer: &Customer,
    number: usize,
    text: &Text,
    wait: Duration,
) -> Result<Finished> {
    let path = texts().join("submissions").join(text.name).with_extension("txt");
    let content = std::fs::read_to_string(path)?;
    let started = Instant::now();
    let data = if text.uploaded { Data::Upload(&content) } else { Data::Inline(&content) };
    let mut document = customer.submit(&format!("demo-{number}"), data).await?;
    let accepted = started.elapsed();
    let mut dispatched = None;
    while document.status < FIRST_FINAL {
        let (id, status) = (document.id, document.status);
        ensure!(started.elapsed() < accepted + wait, "request {id} still has status {status}");
        tokio::time::sleep(LOOK_EVERY).await;
        document = customer.look(document.id).await?;
        if document.status >= SCHEDULED {
            dispatched.get_or_insert_with(|| started.elapsed());
        }
    }
    let finished = started.elapsed();
    let dispatched = dispatched.unwrap_or(accepted);
    let answered = accepted + answered_after(&document);
    let summary = document.instruments.first().context("the request has no instrument")?;
    Ok(Finished {
        request_id: document.id,
        code: summary.code.into(),
        providers: summary.results.iter().map(|result| result.provider_id).collect(),
        originality: summary.result,
        accepted,
        dispatched,
        answered,
        finished,
    })
}

/// How long after the request was stored its last answer came.
fn answered_after(document: &RequestDocument) -> Duration {
    let results = document.instruments.iter().flat_map(|instrument| &instrument.results);
    let last = results.map(|result| result.updated_at).max().unwrap_or(document.created_at);
    last.duration_since(document.created_at).try_into().unwrap_or_default()
}

impl Finished {
    /// Whether it ended as it should: with the code, and one result of one provider.
    pub(super) fn is_as_expected(&self, text: &Text) -> bool {
        self.code == text.expected && !self.providers.is_empty()
    }
}

impl From<u8> for Code {
    fn from(code: u8) -> Self {
        match code {
            0 => Self::Pending,
            1 => Self::Ok,
            2 => Self::Warning,
            3 => Self::Alert,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pending => "pending",
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Alert => "alert",
            Self::Unknown => "unknown",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, text: Text { name, uploaded, .. }, result } = self;
        let way = if *uploaded { "uploaded" } else { "inline" };
        write!(formatter, "  {number:>3} {name:<10} {way:<9}")?;
        let finished = match result {
            Ok(finished) => finished,
            Err(error) => return write!(formatter, "failed: {error}"),
        };
        for (step, time) in [
            ("accepted", finished.accepted),
            ("dispatched", finished.dispatched),
            ("answered", finished.answered),
            ("final", finished.finished),
        ] {
            write!(formatter, "{step} {:.2} s  ", time.as_secs_f64())?;
        }
        let originality = finished.originality.unwrap_or_default();
        write!(formatter, "originality {originality:.2}  {}", finished.code)
    }
}
