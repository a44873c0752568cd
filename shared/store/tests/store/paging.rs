//! A provider pages through its results.

use attesta_identity::ProviderCaller;
use attesta_model::verification::{ResultChange, ResultStatus};
use attesta_model::{Error, Result, ResultId, Words};
use attesta_store::{ListPage, ListQuery, Order, Position, ResultRow};
use attesta_testing::World;

use crate::support::own;

fn order(field: &str, descending: bool) -> Order {
    Order { field: field.to_owned(), descending }
}

fn by_id() -> [Order; 2] {
    [order("id", false), order("id", true)]
}

async fn world_with(rows: usize) -> World {
    let world = World::start().await;
    for _ in 0..rows {
        world.submit(&[World::PLAGIARISM]).await;
    }
    world
}

async fn page(
    world: &World,
    position: Position,
    limit: usize,
    order: &[Order],
    search: &str,
) -> Result<ListPage<ResultRow>> {
    let query = ListQuery { limit, position, order: order.to_vec(), search: Words::new(search) };
    let caller: ProviderCaller = world.provider;
    world.store.own_results(&caller, &caller.provider_id.to_string(), &query).await
}

fn ids(rows: &[ResultRow]) -> Vec<ResultId> {
    rows.iter().map(|row| row.id).collect()
}

/// Every row in an order, as one page.
async fn all(world: &World, order: &[Order]) -> Vec<ResultRow> {
    page(world, Position::Offset(0), 1_000, order, "").await.expect("a page").rows
}

#[tokio::test]
async fn cursors_lead_past_every_row_once_while_rows_come_in() {
    for order in by_id() {
        let world = world_with(10).await;
        let at_first = ids(&all(&world, std::slice::from_ref(&order)).await);
        let mut seen = Vec::new();
        let mut position = Position::Offset(0);
        loop {
            let page =
                page(&world, position, 3, std::slice::from_ref(&order), "").await.expect("a page");
            assert!(page.has_cursor);
            seen.extend(ids(&page.rows));
            world.submit(&[World::PLAGIARISM]).await;
            if !page.has_more || seen.len() > 50 {
                break;
            }
            position = Position::After(seen.last().expect("a row").get());
            // Rows come in faster than this reader reads only at first.
            if seen.len() > 15 {
                break;
            }
        }
        assert!(seen.is_sorted_by(|a, b| if order.descending { a > b } else { a < b }));
        assert!(at_first.iter().all(|id| seen.contains(id)), "{order:?}");
    }
}

#[tokio::test]
async fn cursors_lead_back_the_same_way() {
    for order in by_id() {
        let world = world_with(10).await;
        let rows = ids(&all(&world, std::slice::from_ref(&order)).await);
        let mut seen = vec![rows[9]];
        loop {
            let before = Position::Before(seen[0].get());
            let page =
                page(&world, before, 4, std::slice::from_ref(&order), "").await.expect("a page");
            if page.rows.is_empty() {
                break;
            }
            assert!(page.has_more, "the row that it was asked from");
            seen.splice(0..0, ids(&page.rows));
            if !order.descending {
                world.submit(&[World::PLAGIARISM]).await;
            }
        }
        assert_eq!(seen, rows, "{order:?}");
    }
}

#[tokio::test]
async fn offsets_cut_the_same_list() {
    let world = world_with(7).await;
    for order in [order("id", false), order("id", true), order("status", false)] {
        let whole = ids(&all(&world, std::slice::from_ref(&order)).await);
        for (offset, limit) in [(0, 3), (3, 3), (6, 3), (7, 3), (9, 3), (0, 7), (2, 5)] {
            let page =
                page(&world, Position::Offset(offset), limit, std::slice::from_ref(&order), "")
                    .await;
            let page = page.expect("a page");
            let end = (offset + limit).min(7);
            assert_eq!(ids(&page.rows), whole[offset.min(7)..end], "{offset} {limit}");
            assert_eq!(page.has_more, offset + limit < 7, "{offset} {limit}");
        }
    }
}

#[tokio::test]
async fn an_offset_too_far_in_points_at_the_links() {
    let world = World::start().await;
    let refused = page(&world, Position::Offset(10_001), 3, &[], "").await;
    assert!(matches!(refused, Err(Error::Refused(text)) if text.contains("links")));
    let empty = page(&world, Position::Offset(10_000), 3, &[], "").await.expect("a page");
    assert!(empty.rows.is_empty() && !empty.has_more);
}

/// Answers that differ, in another order than they came in.
async fn world_with_answers() -> World {
    let world = World::start().await;
    for (status, result, message) in [
        (ResultStatus::Error, None, Some("Disk full")),
        (ResultStatus::Processed, Some(0.2), None),
        (ResultStatus::Processing, None, Some("being read")),
        (ResultStatus::Processed, Some(0.9), Some("read twice")),
        (ResultStatus::Error, Some(0.9), Some("a full stop")),
    ] {
        let id = world.submit(&[World::PLAGIARISM]).await;
        let change = ResultChange {
            status: Some(status),
            result: Some(result),
            error_message: Some(message.map(str::to_owned)),
            ..ResultChange::default()
        };
        let own = own(&world.store, world.provider, id).await;
        let changed = world.store.change_result(own, |state| state.changed(change.clone())).await;
        changed.expect("taken");
    }
    world
}

#[tokio::test]
async fn rows_come_in_the_order_of_any_field() {
    let world = world_with_answers().await;
    let came_in = ids(&all(&world, &[]).await);
    let place = |id: &ResultId| came_in.iter().position(|other| other == id).expect("there");
    let up = |field| order(field, false);
    let down = |field| order(field, true);
    for (order, expected) in [
        (vec![up("result")], [0, 2, 1, 3, 4]),
        (vec![down("result"), down("id")], [4, 3, 1, 2, 0]),
        (vec![up("status"), up("result")], [1, 3, 0, 4, 2]),
        (vec![up("error_message")], [1, 0, 4, 2, 3]),
        (vec![down("status")], [2, 0, 4, 1, 3]),
        (vec![up("learner_id"), down("id")], [4, 3, 2, 1, 0]),
        (vec![down("nothing"), down("id")], [4, 3, 2, 1, 0]),
    ] {
        let rows = ids(&all(&world, &order).await);
        assert_eq!(rows.iter().map(place).collect::<Vec<_>>(), expected, "{order:?}");
    }
    let after = Position::After(came_in[0].get());
    let refused = page(&world, after, 3, &[up("result")], "").await;
    assert!(matches!(refused, Err(Error::Refused(_))));
}

#[tokio::test]
async fn a_search_finds_what_words_begin_with() {
    let world = world_with_answers().await;
    let learner = world.learner.to_string();
    for (search, found) in [
        ("full", 2),
        ("FULL disk", 1),
        ("read", 2),
        ("ull", 0),
        (learner.as_str(), 5),
        (&learner[..8], 5),
    ] {
        let page = page(&world, Position::Offset(0), 1, &[], search).await.expect("a page");
        assert_eq!((page.count, page.rows.len()), (found, found.min(1)), "{search}");
        assert_eq!((page.has_more, page.has_cursor), (found > 1, false), "{search}");
    }
}
