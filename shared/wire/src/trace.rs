//! The identifier of the request that is being served, for dialects whose
//! errors tell it.

use std::future::Future;

tokio::task_local! {
    static REQUEST_ID: String;
}

/// Serves a request that has this identifier.
pub async fn within_request<F: Future>(id: String, serving: F) -> F::Output {
    REQUEST_ID.scope(id, serving).await
}

/// The identifier of the request that is being served; none outside of one, and
/// where it has none.
#[must_use]
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok().filter(|id| !id.is_empty())
}
