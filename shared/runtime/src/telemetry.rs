//! Logs as JSON lines, and metrics inside them (CloudWatch's embedded metric
//! format): one line a request tells both.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use attesta_model::{Error, LogFilter, LogLevel, Logging};
use attesta_store::Call;
use serde_json::{Map, Value, json};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry, reload};

use crate::Measures;
use crate::logging::{self, Follower};

/// Sets up logging at the level named by `LOG_LEVEL` (default: info), until
/// settings say otherwise.
pub fn init() {
    let level = std::env::var("LOG_LEVEL").ok().and_then(|level| level.parse().ok());
    let logging = Logging { level: level.unwrap_or(LogLevel::Info), filter: LogFilter::default() };
    let (filter, handle) = reload::Layer::new(logging::targets(&logging));
    let lines = fmt::layer().json().flatten_event(true).with_current_span(false);
    registry().with(filter).with(lines).init();
    // Where the log can't be told what to log, it goes on as it does.
    logging::follow_with(Follower::new(logging, move |targets| drop(handle.reload(targets))));
}

/// What one request or batch came to.
#[derive(Debug)]
pub(crate) struct Outcome<'a> {
    /// Method and path template, or the name of the event.
    pub(crate) operation: &'a str,
    /// The surface that an HTTP request came to: where its path begins.
    pub(crate) surface: Option<&'a str>,
    /// The platform's identifier of the invocation.
    pub(crate) request_id: &'a str,
    /// The caller's own identifier of what the request belongs to, on surfaces
    /// that take one.
    pub(crate) correlation_id: Option<&'a str>,
    /// The HTTP status, where there is one.
    pub(crate) status: Option<u16>,
    /// How long it took.
    pub(crate) took: Duration,
    /// What went wrong.
    pub(crate) error: Option<&'a Error>,
    /// What it asked of the table.
    pub(crate) calls: &'a [Call],
    /// What else it is measured by.
    pub(crate) measures: &'a Measures,
}

impl Outcome<'_> {
    /// Writes the line. A client's mistake is no fault of ours.
    pub(crate) fn log(&self) {
        static WARM: AtomicBool = AtomicBool::new(false);
        let is_fault = matches!(self.error, Some(Error::Internal(_)))
            || self.status.is_some_and(|status| status >= 500);
        let cold_start = !WARM.swap(true, Ordering::Relaxed);
        let line = self.line(SystemTime::now(), is_fault, cold_start);
        let mut out = std::io::stdout().lock();
        // There is nowhere left to tell that the log can't be written.
        let _ = writeln!(out, "{line}");
    }

    fn line(&self, now: SystemTime, is_fault: bool, cold_start: bool) -> Value {
        let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let namespace = std::env::var("METRICS_NAMESPACE").unwrap_or_else(|_| "Attesta".to_owned());
        let sum = |units: fn(&Call) -> f64| self.calls.iter().map(units).sum::<f64>();
        let mut line = Map::new();
        line.insert("level".to_owned(), json!(if is_fault { "ERROR" } else { "INFO" }));
        line.insert("message".to_owned(), json!("handled"));
        line.insert("request_id".to_owned(), json!(self.request_id));
        line.insert("operation".to_owned(), json!(self.operation));
        line.insert("Latency".to_owned(), json!(self.took.as_secs_f64() * 1e3));
        line.insert("Faults".to_owned(), json!(u8::from(is_fault)));
        line.insert("cold_start".to_owned(), json!(cold_start));
        line.insert("table_calls".to_owned(), json!(self.calls.len()));
        line.insert("read_units".to_owned(), json!(sum(|call| call.read)));
        line.insert("write_units".to_owned(), json!(sum(|call| call.write)));
        if let Some(id) = self.correlation_id {
            line.insert("correlation_id".to_owned(), json!(id));
        }
        if let Some(status) = self.status {
            line.insert("status".to_owned(), json!(status));
        }
        if let Some(error) = self.error {
            line.insert("error".to_owned(), json!(error.to_string()));
        }
        let mut dimensions = vec![["operation"]];
        if let Some(surface) = self.surface {
            line.insert("surface".to_owned(), json!(surface));
            dimensions.push(["surface"]);
        }
        let usual = json!({
            "Namespace": namespace,
            "Dimensions": dimensions,
            "Metrics": [
                {"Name": "Latency", "Unit": "Milliseconds"},
                {"Name": "Faults", "Unit": "Count"},
            ],
        });
        let metrics = [Some(usual), self.measures.put_into(&mut line, &namespace)];
        line.insert(
            "_aws".to_owned(),
            json!({
                "Timestamp": u64::try_from(since.as_millis()).unwrap_or_default(),
                "CloudWatchMetrics": metrics.into_iter().flatten().collect::<Vec<_>>(),
            }),
        );
        Value::Object(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_log_and_metric() {
        let calls = [
            Call { operation: "BatchGetItem", read: 3.0, write: 0.0 },
            Call { operation: "PutItem", read: 0.0, write: 2.0 },
        ];
        let outcome = Outcome {
            operation: "GET /a/{id}/",
            surface: Some("a"),
            request_id: "r-1",
            correlation_id: Some("c-1"),
            status: Some(404),
            took: Duration::from_millis(5),
            error: Some(&Error::not_found()),
            calls: &calls,
            measures: &Measures::default(),
        };
        let line = outcome.line(SystemTime::UNIX_EPOCH, false, true);
        assert_eq!(line["level"], "INFO");
        assert_eq!((&line["status"], &line["correlation_id"]), (&json!(404), &json!("c-1")));
        assert_eq!(line["read_units"], 3.0);
        assert_eq!(line["write_units"], 2.0);
        let metrics = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(metrics["Dimensions"], json!([["operation"], ["surface"]]));
        assert_eq!(line["surface"], "a");
        for metric in metrics["Metrics"].as_array().expect("a list") {
            let name = metric["Name"].as_str().expect("a name");
            assert!(line[name].is_number(), "{name}");
        }
        assert_eq!(line["_aws"]["CloudWatchMetrics"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn what_else_is_measured_stands_in_the_same_line() {
        let measures = Measures::of([("provider", "7".to_owned())])
            .count("Results", 1)
            .milliseconds("RoundTrip", [])
            .milliseconds("Lag", [1.5, 2.5]);
        let outcome = Outcome {
            operation: "POST /a/",
            surface: None,
            request_id: "r-1",
            correlation_id: None,
            status: Some(200),
            took: Duration::from_millis(5),
            error: None,
            calls: &[],
            measures: &measures,
        };
        let line = outcome.line(SystemTime::UNIX_EPOCH, false, false);
        assert_eq!((&line["provider"], &line["Results"]), (&json!("7"), &json!(1.0)));
        assert_eq!(line["Lag"], json!([1.5, 2.5]));
        assert!(line.get("RoundTrip").is_none(), "nothing took any time");
        let told = &line["_aws"]["CloudWatchMetrics"][1];
        assert_eq!(told["Dimensions"], json!([["provider"]]));
        let count = json!({"Name": "Results", "Unit": "Count"});
        let lag = json!({"Name": "Lag", "Unit": "Milliseconds"});
        assert_eq!(told["Metrics"], json!([count, lag]));
        assert_eq!(line["operation"], "POST /a/", "and the usual ones stand as they did");
    }
}
