//! Serving: HTTP surfaces behind an API gateway, and event functions.

use std::convert::Infallible;
use std::future::Future;
use std::time::{Duration, Instant};

use attesta_model::Error;
use attesta_store::Store;
use attesta_store::audit::{Origin, within};
use attesta_wire::instances::Correlation;
use attesta_wire::{Cause, Paths, Source, with_paths, within_request};
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use lambda_http::request::RequestContext;
use lambda_http::{RequestExt, service_fn};
use lambda_runtime::{Diagnostic, LambdaEvent};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::logging::{self, Follower};
use crate::measures::{Measures, Worked};
use crate::telemetry::Outcome;

/// An HTTP surface, ready to serve.
#[derive(Debug)]
pub struct Surface {
    /// Its routes.
    pub router: Router,
    /// How its paths are taken.
    pub paths: Paths,
    /// What an answer looks like where the handler panicked.
    pub fault: fn(Error) -> Response,
    /// The table: what its calls cost, and what settings stand in it.
    pub store: Store,
    /// Has the log follow the settings.
    pub log: Option<Follower>,
}

/// Serves a surface until the platform ends the process. The warm-up runs
/// first: it opens the connections that the first request will need, and what
/// becomes of it does not matter.
///
/// # Errors
/// When the platform's runtime interface fails.
pub async fn serve<W: Future>(surface: Surface, warm_up: W) -> Result<(), lambda_http::Error> {
    warm(warm_up).await;
    let paths = surface.paths;
    let service = with_paths(surface.routed(), paths);
    lambda_http::run(service_fn(move |request: lambda_http::Request| {
        let service = service.clone();
        async move {
            let answer: Result<Response, Infallible> =
                service.oneshot(request.map(Body::new)).await;
            answer
        }
    }))
    .await
}

/// A warm-up may take this long: a service that hangs must not keep a function
/// from starting.
const MOST_WARM_UP: Duration = Duration::from_secs(2);

/// Runs a warm-up, and tells what it adds to a cold start.
async fn warm(warm_up: impl Future) {
    let started = Instant::now();
    let _ = timeout(MOST_WARM_UP, warm_up).await;
    tracing::info!(warm_up_ms = started.elapsed().as_secs_f64() * 1e3, "started");
}

/// Runs a request, whatever it does, and tells of it in one line.
async fn edge(
    request: Request,
    next: Next,
    fault: fn(Error) -> Response,
    store: Store,
    log: Option<Follower>,
) -> Response {
    let started = Instant::now();
    if let Some(log) = log {
        log.follow(&store);
    }
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let operation = format!("{} {}", request.method(), path.unwrap_or("(none)"));
    let surface = path.map(|path| surface(path).to_owned());
    let request_id = request_id(&request);
    let origin = Origin {
        operation: operation.clone(),
        correlation_id: request_id.clone(),
        address: Source::of(request.extensions()).0,
    };
    let serving = within_request(request_id.clone(), within(origin, next.run(request)));
    let mut response = match tokio::spawn(serving).await {
        Ok(response) => response,
        Err(panicked) => {
            let told = async { fault(Error::internal(format_args!("panicked: {panicked}"))) };
            within_request(request_id.clone(), told).await
        }
    };
    let cause = response.extensions_mut().remove::<Cause>();
    let correlation = response.extensions_mut().remove::<Correlation>();
    let measures = response.extensions_mut().remove::<Measures>().unwrap_or_default();
    let calls = store.meter().take();
    Outcome {
        operation: &operation,
        surface: surface.as_deref(),
        request_id: &request_id,
        correlation_id: correlation.as_ref().map(|Correlation(id)| id.as_str()),
        status: Some(response.status().as_u16()),
        took: started.elapsed(),
        error: cause.as_ref().map(|Cause(error)| error),
        calls: &calls,
        measures: &measures,
    }
    .log();
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// The first part of a path.
fn surface(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn request_id(request: &Request) -> String {
    let gateway = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    let lambda = || request.lambda_context_ref().map(|context| context.request_id.clone());
    gateway.or_else(lambda).unwrap_or_default()
}

/// Runs a function of events until the platform ends the process, once the way
/// to the table is open.
///
/// # Errors
/// When the platform's runtime interface fails.
pub async fn run_events<E, A, F, R>(
    operation: &'static str,
    store: Store,
    handle: F,
) -> Result<(), lambda_runtime::Error>
where
    E: DeserializeOwned + Send + 'static,
    A: Serialize + Send + 'static,
    F: Fn(E) -> R + Clone + Send + 'static,
    R: Future<Output = Result<A, Error>> + Send + 'static,
{
    let unmeasured = |answer| Worked { answer, measures: Measures::default() };
    run_measured(operation, store, move |event| {
        let work = handle(event);
        async move { work.await.map(unmeasured) }
    })
    .await
}

/// The same, of a function that measures what it does.
///
/// # Errors
/// When the platform's runtime interface fails.
pub async fn run_measured<E, A, F, R>(
    operation: &'static str,
    store: Store,
    handle: F,
) -> Result<(), lambda_runtime::Error>
where
    E: DeserializeOwned + Send + 'static,
    A: Serialize + Send + 'static,
    F: Fn(E) -> R + Clone + Send + 'static,
    R: Future<Output = Result<Worked<A>, Error>> + Send + 'static,
{
    warm(store.warm_up()).await;
    let log = logging::follower();
    lambda_runtime::run(service_fn(move |event: LambdaEvent<E>| {
        let (handle, meter) = (handle.clone(), store.meter().clone());
        if let Some(log) = &log {
            log.follow(&store);
        }
        async move {
            let started = Instant::now();
            let request_id = event.context.request_id;
            let work = tokio::spawn(async move { handle(event.payload).await });
            let result = work.await.unwrap_or_else(|panicked| {
                Err(Error::internal(format_args!("panicked: {panicked}")))
            });
            let calls = meter.take();
            let unmeasured = Measures::default();
            Outcome {
                operation,
                surface: None,
                request_id: &request_id,
                correlation_id: None,
                status: None,
                took: started.elapsed(),
                error: result.as_ref().err(),
                calls: &calls,
                measures: result.as_ref().map_or(&unmeasured, |worked| &worked.measures),
            }
            .log();
            // A name that alarms can filter on; the line above told the rest, which
            // whoever sent the event might hand on.
            result.map(|worked| worked.answer).map_err(|_| Diagnostic {
                error_type: "Failed".to_owned(),
                error_message: "see the log".to_owned(),
            })
        }
    }))
    .await
}

impl Surface {
    /// A surface whose failures are of a dialect.
    #[must_use]
    pub fn new<F>(router: Router, paths: impl Into<Paths>, store: &Store) -> Self
    where
        F: From<Error> + IntoResponse,
    {
        Self {
            router,
            paths: paths.into(),
            fault: |error| F::from(error).into_response(),
            store: store.clone(),
            log: logging::follower(),
        }
    }

    /// Its routes, each request of which is served as one: it is logged, and
    /// whoever sends it answers for what it changes.
    pub fn routed(self) -> Router {
        let Self { router, fault, store, log, .. } = self;
        let edge = move |request: Request, next: Next| {
            edge(request, next, fault, store.clone(), log.clone())
        };
        router.layer(middleware::from_fn(edge))
    }
}
