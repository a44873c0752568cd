use std::time::Duration;

use super::*;
use crate::Surface;
use attesta_model::LogFilter;
use attesta_store::access::CanChange;
use attesta_testing::{World, call, json};
use attesta_wire::Slash;
use attesta_wire::customer::Failure;
use axum::Router;
use axum::routing::get;
use serde_json::Value;
use tracing::Level;

fn logging(level: LogLevel, filter: &str) -> Logging {
    Logging { level, filter: filter.parse::<LogFilter>().expect("a filter") }
}

#[test]
fn ours_is_logged_as_wanted_and_what_is_not_ours_never_below_info() {
    let cases = [
        (LogLevel::Warn, "", "attesta_store", Level::WARN, true),
        (LogLevel::Warn, "", "attesta_store", Level::INFO, false),
        (LogLevel::Trace, "", "attesta_store::table", Level::TRACE, true),
        (LogLevel::Trace, "", "hyper", Level::INFO, true),
        (LogLevel::Trace, "", "hyper", Level::DEBUG, false),
        (LogLevel::Trace, "hyper=trace", "hyper", Level::DEBUG, false),
        (LogLevel::Trace, "hyper=error", "hyper", Level::WARN, false),
        (LogLevel::Info, "attesta_store=debug", "attesta_store::table", Level::DEBUG, true),
        (LogLevel::Info, "attesta_store=debug", "attesta_wire", Level::DEBUG, false),
        (LogLevel::Info, "attesta_wire=off", "attesta_wire", Level::ERROR, false),
        (LogLevel::Info, "error", "attesta_wire", Level::WARN, false),
        (LogLevel::Info, "attesta_wire,error", "attesta_wire", Level::DEBUG, true),
    ];
    for (level, filter, target, of, is_logged) in cases {
        let enabled = targets(&logging(level, filter)).would_enable(target, &of);
        assert_eq!(enabled, is_logged, "{level:?} {filter} {target} {of}");
    }
}

/// A surface that runs, and what its log was last set to.
struct Running {
    world: World,
    router: Router,
    set: Arc<Mutex<Vec<String>>>,
}

impl Running {
    async fn start() -> Self {
        let world = World::start().await;
        let set: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = Arc::clone(&set);
        let follower = Follower::new(logging(LogLevel::Info, ""), move |targets| {
            told.lock().expect("not poisoned").push(targets.to_string());
        });
        let routes = Router::new().route("/", get(async || "done"));
        let surface = Surface::new::<Failure>(routes, Slash::Never, &world.store);
        let router = Surface { log: Some(follower), ..surface }.routed();
        Self { world, router, set }
    }

    async fn give(&self, level: LogLevel) {
        let staff = self.world.store.staff::<CanChange>(&self.world.staff).await.expect("staff");
        let given = self.world.store.set_system_settings(&staff, logging(level, ""));
        given.await.expect("written");
    }

    /// Serves a request; what the log was set to so far, once it is so much.
    async fn served(&self, times: usize) -> Vec<String> {
        let answer = call(&self.router, json("GET", "/", "", &Value::Null)).await;
        assert_eq!(answer.status, 200);
        for _ in 0..500 {
            if self.set.lock().expect("not poisoned").len() >= times {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.set.lock().expect("not poisoned").clone()
    }
}

#[tokio::test]
async fn a_running_surface_follows_the_settings_within_a_minute() {
    let running = Running::start().await;
    running.give(LogLevel::Warn).await;
    let warn = targets(&logging(LogLevel::Warn, "")).to_string();
    assert_eq!(running.served(1).await, std::slice::from_ref(&warn));
    running.give(LogLevel::Debug).await;
    running.world.clock.advance(SignedDuration::from_mins(1));
    let debug = targets(&logging(LogLevel::Debug, "")).to_string();
    assert_eq!(running.served(2).await, [warn, debug]);
}

#[tokio::test]
async fn the_settings_are_looked_at_once_a_minute_and_never_at_a_requests_cost() {
    let running = Running::start().await;
    let _ = running.world.store.meter().take();
    assert!(running.served(0).await.is_empty());
    running.give(LogLevel::Warn).await;
    let _ = running.world.store.meter().take();
    running.world.clock.advance(SignedDuration::from_secs(30));
    assert!(running.served(0).await.is_empty());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(running.served(0).await.is_empty());
    assert!(running.world.store.meter().take().is_empty());
}
