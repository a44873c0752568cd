//! The request that is being served, as far as the audit log asks.

use std::sync::{Arc, Mutex, PoisonError};

use attesta_model::{OrganisationId, UserId};

use super::Actor;

tokio::task_local! {
    static SERVED: Arc<Mutex<Served>>;
}

/// Where a request comes from, and what it asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The method and the path's template.
    pub operation: String,
    /// What the request is found by elsewhere.
    pub correlation_id: String,
    /// The caller's address. It is kept for as long as the request is served, and
    /// leaves as a hash.
    pub address: String,
}

/// Who a request turned out to be by.
#[derive(Debug, Clone, Copy)]
enum By {
    /// Somebody who answers for it.
    Actor(Actor),
    /// A provider's worker.
    Provider,
}

#[derive(Debug, Clone)]
struct Served {
    origin: Origin,
    by: By,
    /// The organisation that the actor belongs to.
    home: Option<OrganisationId>,
    /// The one that they were found to have a right to.
    organisation: Option<OrganisationId>,
}

/// A request that somebody answers for.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    pub(super) origin: Origin,
    pub(super) actor: Actor,
    pub(super) home: Option<OrganisationId>,
    pub(super) organisation: Option<OrganisationId>,
}

/// Serves a request: what the table writes meanwhile is on behalf of whoever
/// calls.
pub async fn within<F: Future>(origin: Origin, serving: F) -> F::Output {
    let by = By::Actor(Actor::Anonymous);
    let served = Served { origin, by, home: None, organisation: None };
    SERVED.scope(Arc::new(Mutex::new(served)), serving).await
}

/// Takes the request that is being served along, for a part of it that becomes a
/// task of its own.
pub fn carried<F: Future>(serving: F) -> impl Future<Output = F::Output> {
    let served = SERVED.try_with(Arc::clone).ok();
    async move {
        match served {
            Some(served) => SERVED.scope(served, serving).await,
            None => serving.await,
        }
    }
}

/// Says what the caller calls the request by.
pub fn correlate(id: &str) {
    change(|served| id.clone_into(&mut served.origin.correlation_id));
}

/// Says that whoever calls proved to be a user by something else than a token.
pub fn proved(id: UserId) {
    note_caller(Actor::User { id }, None);
}

/// Says who was found to call, and where they belong.
pub(crate) fn note_caller(actor: Actor, home: Option<OrganisationId>) {
    change(|served| {
        served.by = By::Actor(actor);
        served.home = home;
    });
}

/// Says that a provider's worker calls.
pub(crate) fn note_provider() {
    change(|served| served.by = By::Provider);
}

/// Says which organisation the caller was found to have a right to.
pub(crate) fn note_organisation(id: OrganisationId) {
    change(|served| served.organisation = Some(id));
}

/// The request that is being served, if it is one that somebody answers for.
pub(super) fn deed() -> Option<Deed> {
    let served = SERVED.try_with(|served| read(served, Served::clone)).ok()?;
    let Served { origin, by: By::Actor(actor), home, organisation } = served else { return None };
    Some(Deed { origin, actor, home, organisation })
}

/// Whether there is one.
pub(super) fn is_deed() -> bool {
    let is_deed = |served: &Served| matches!(served.by, By::Actor(_));
    SERVED.try_with(|served| read(served, is_deed)).unwrap_or_default()
}

fn change(with: impl FnOnce(&mut Served)) {
    // Outside of a request there is nothing to note.
    let _ =
        SERVED.try_with(|served| with(&mut served.lock().unwrap_or_else(PoisonError::into_inner)));
}

fn read<T>(served: &Mutex<Served>, with: impl FnOnce(&Served) -> T) -> T {
    with(&served.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone() -> UserId {
        "0197f0a0-0000-7000-8000-00000000000a".parse().expect("a UUID")
    }

    #[tokio::test]
    async fn what_a_provider_does_and_what_nobody_asked_for_is_no_deed() {
        assert!(!is_deed() && deed().is_none());
        within(Origin::default(), async {
            assert_eq!(deed().expect("one").actor, Actor::Anonymous);
            note_provider();
            assert!(!is_deed() && deed().is_none());
        })
        .await;
    }

    #[tokio::test]
    async fn a_task_of_a_requests_own_is_on_the_same_behalf() {
        let origin = Origin { operation: "PUT /x".to_owned(), ..Origin::default() };
        within(origin, async {
            let part = async {
                correlate("c");
                proved(someone());
            };
            tokio::spawn(carried(part)).await.expect("done");
            let deed = deed().expect("one");
            assert_eq!(deed.actor, Actor::User { id: someone() });
            let Origin { operation, correlation_id, .. } = deed.origin;
            assert_eq!((operation.as_str(), correlation_id.as_str()), ("PUT /x", "c"));
        })
        .await;
    }
}
