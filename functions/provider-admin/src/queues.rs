//! Two systems, one provider: its row in the table, its queues in AWS.
//!
//! Queues are made before the row and outlive it, so that no row is ever
//! without its queue. Whatever fails in between leaves no row; queues that
//! were made for it are taken away again, and if that fails too they lie
//! empty, under a number that comes no second time.

use attesta_identity::Secret;
use attesta_messaging::{QueueNames, create, delete, open_to};
use attesta_model::{Error, Principal, Provider, Result};
use attesta_store::{Credential, NewProvider};

use crate::App;

/// Makes a provider: its queues, then its row with its first credential.
pub(crate) async fn make(
    app: &App,
    new: &NewProvider,
    draft: Provider,
) -> Result<(Provider, Credential, Secret)> {
    let names = QueueNames::new(&app.stack, new.id());
    let principal = draft.principal.as_ref().map(Principal::as_str);
    let made = match create(&app.queues, &names, principal).await {
        Ok(queue) => {
            let provider = Provider { queue_url: queue.url, ..draft };
            let written = app.store.create_provider(new, &provider).await;
            written.map(|(credential, secret)| (provider, credential, secret))
        }
        Err(error) => {
            unmake(app, &names).await;
            return Err(error);
        }
    };
    // Only a refusal says for certain that there is no row.
    if matches!(made, Err(Error::Invalid(_))) {
        unmake(app, &names).await;
    }
    made
}

async fn unmake(app: &App, names: &QueueNames) {
    if let Err(error) = delete(&app.queues, names).await {
        tracing::warn!(queue = names.queue, %error, "queues were left behind");
    }
}

/// Opens a provider's queue to a principal in place of the one before.
pub(crate) async fn open(
    app: &App,
    provider: &Provider,
    principal: Option<&Principal>,
) -> Result<()> {
    open_to(&app.queues, &provider.queue_url, principal.map(Principal::as_str)).await
}
