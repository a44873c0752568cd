//! A provider looks at samples.

use attesta_model::verification::SampleStatus;
use attesta_model::{Error, LearnerId, Words};
use attesta_store::{ListPage, ListQuery, Order, Position, SampleRow};
use attesta_testing::World;

const VALID: SampleStatus = SampleStatus::Valid;

fn query(limit: usize, order: &str, search: &str) -> ListQuery {
    let descending = order.starts_with('-');
    let field = order.trim_start_matches('-').to_owned();
    let order = vec![Order { field, descending }];
    ListQuery { limit, position: Position::Offset(0), order, search: Words::new(search) }
}

async fn list(world: &World, learner: &str, query: &ListQuery) -> ListPage<SampleRow> {
    let caller = world.provider;
    world.store.own_samples(&caller, "1", learner, query).await.expect("a page")
}

#[tokio::test]
async fn a_provider_lists_the_samples_of_a_learner_for_its_instrument() {
    let world = World::start().await;
    let learner = world.learner.to_string();
    let statuses = [VALID, SampleStatus::Stored, SampleStatus::Timeout];
    let ids = world.put_samples(world.learner, World::PLAGIARISM, &statuses).await;
    world.put_samples(world.learner, World::FACE, &[VALID]).await;
    let other = LearnerId(world.store.ids().uuid().expect("random"));
    world.put_samples(other, World::PLAGIARISM, &[VALID]).await;
    let listed = |page: ListPage<SampleRow>| page.rows.iter().map(|row| row.id).collect::<Vec<_>>();
    let page = list(&world, &learner, &query(2, "id", "")).await;
    assert_eq!((page.count, page.has_more, page.has_cursor), (3, true, true));
    assert_eq!(listed(page), ids[..2]);
    let page = list(&world, &learner, &query(2, "-id", "")).await;
    assert_eq!(listed(page), [ids[2], ids[1]]);
    let page = list(&world, &learner, &query(9, "learner_id", &learner[..8])).await;
    assert_eq!(listed(page), ids);
    let page = list(&world, &learner, &query(9, "id", "zebra")).await;
    assert_eq!((page.count, listed(page)), (0, Vec::new()));
    let unknown = "0197f0a0-0000-7000-8000-000000000000";
    assert_eq!(list(&world, unknown, &query(9, "id", "")).await.count, 0);
}

#[tokio::test]
async fn what_is_anothers_is_not_there() {
    let world = World::start().await;
    let (store, caller) = (&world.store, world.provider);
    let learner = world.learner.to_string();
    let own = world.put_samples(world.learner, World::PLAGIARISM, &[VALID]).await[0].to_string();
    let foreign = world.put_samples(world.learner, World::FACE, &[VALID]).await[0].to_string();
    let found = store.own_sample(&caller, "1", &learner, &own).await.expect("its own");
    assert_eq!(found.row().id.to_string(), own);
    let unknown = "0197f0a0-0000-7000-8000-000000000000";
    for (learner, sample) in [
        (learner.as_str(), foreign.as_str()),
        (&learner, "7"),
        (&learner, "x"),
        (unknown, &own),
        ("x", &own),
    ] {
        let found = store.own_sample(&caller, "1", learner, sample).await;
        assert_eq!(found.expect_err("nothing"), Error::not_found(), "{learner} {sample}");
    }
    let list = store.own_samples(&caller, "1", "x", &query(9, "id", "")).await;
    assert_eq!(list.expect_err("no learner"), Error::not_found());
    let foreign = store.own_sample(&caller, "2", &learner, &own).await;
    assert_eq!(foreign.expect_err("another's"), Error::forbidden());
}
