//! What these tests share.

use attesta_identity::ProviderCaller;
use attesta_messaging::Courier;
use attesta_model::Words;
use attesta_scheduler::{Swept, sweep};
use attesta_store::{ListPage, ListQuery, Position, ResultRow};
use attesta_testing::World;
use aws_sdk_sqs::Client;

pub(crate) fn courier(world: &World) -> Courier {
    Courier::new(
        world.store.clone(),
        Client::new(&world.aws.queues_config()),
        world.aws.queues.url("events"),
    )
}

pub(crate) async fn swept(world: &World) -> Swept {
    sweep(&world.store, &courier(world)).await.expect("readable")
}

/// A provider's first results, and what its counters say of all.
pub(crate) async fn results(
    world: &World,
    caller: ProviderCaller,
    limit: usize,
) -> ListPage<ResultRow> {
    let query = ListQuery {
        limit,
        position: Position::Offset(0),
        order: Vec::new(),
        search: Words::default(),
    };
    let id = caller.provider_id.to_string();
    world.store.own_results(&caller, &id, &query).await.expect("its own")
}
