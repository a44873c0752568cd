//! What notifications cost.

use attesta_identity::ProviderCaller;
use attesta_model::{NewNotification, Notification, NotificationChange, NotificationId, Words};
use attesta_store::{Due, DueRow, ListQuery, Order, Position, Store, keys};
use jiff::SignedDuration;

use crate::access_patterns::Sheet;

async fn put(store: &Store, caller: ProviderCaller, new: NewNotification) -> Notification {
    store.put_notification(&caller, "1", new).await.expect("written")
}

pub(crate) async fn notifications(sheet: &Sheet) {
    let (caller, store) = (sheet.world.provider, sheet.on.store.clone());
    let when = store.ids().now() + SignedDuration::from_hours(1);
    let new = |n: u32| NewNotification { key: n.to_string(), when, info: None };
    let first = store.put_notification(&caller, "1", new(0));
    let first = sheet.measure("put_notification", "new", first).await;
    let again = store.put_notification(&caller, "1", new(0));
    sheet.measure("put_notification", "same again", again).await;
    let later = NewNotification { when: when + SignedDuration::from_mins(1), ..new(0) };
    let later = store.put_notification(&caller, "1", later);
    sheet.measure("put_notification", "another time", later).await;

    let id = first.id.to_string();
    let own =
        sheet.measure("own_notification", "", store.own_notification(&caller, "1", &id)).await;
    let change = NotificationChange {
        key: Some("other".to_owned()),
        when: Some(when),
        ..NotificationChange::default()
    };
    let change = store.change_notification(own, change);
    sheet.measure("change_notification", "other key and time", change).await;
    let own = store.own_notification(&caller, "1", &id).await.expect("there");
    sheet.measure("delete_notification", "", store.delete_notification(own)).await;

    let mut rows = Vec::new();
    for n in 0..50 {
        rows.push(put(&store, caller, new(n)).await);
    }
    let by_time = Order { field: "when".to_owned(), descending: false };
    for (case, position, order, search) in [
        ("first 10", Position::Offset(0), vec![], ""),
        ("10 by cursor", Position::After(rows[30].id.get()), vec![], ""),
        ("10 after 40", Position::Offset(40), vec![], ""),
        ("10 of 50, other order", Position::Offset(0), vec![by_time], ""),
        ("search in 50", Position::Offset(0), vec![], "word"),
    ] {
        let query = ListQuery { limit: 10, position, order, search: Words::new(search) };
        let list = store.own_notifications(&caller, "1", &query);
        sheet.measure("own_notifications", case, list).await;
    }
}

pub(crate) async fn due(sheet: &Sheet) {
    let (caller, store) = (sheet.world.provider, sheet.on.store.clone());
    let at = store.ids().now();
    let minute = keys::minute(at);
    let ever = at + SignedDuration::from_hours(1);
    sheet.measure("due_mark", "", store.due_mark()).await;
    sheet.measure("set_due_mark", "", store.set_due_mark(minute)).await;
    let empty = store.due_before(minute, 0, ever, 100, None);
    sheet.measure("due_before", "empty shard", empty).await;
    // All in the first shard.
    let row = |n: u64| DueRow {
        at,
        due: Due::Notification {
            provider_id: caller.provider_id,
            notification_id: NotificationId::new(n * u64::from(keys::DUE_SHARDS)).expect("small"),
            generation: 1,
        },
    };
    let rows: Vec<_> = (0..100).map(row).collect();
    sheet.measure("due_done", "25 filed", store.due_done(&[], &rows[..25])).await;
    store.due_done(&[], &rows[25..]).await.expect("filed");
    let page = store.due_before(minute, 0, ever, 100, None);
    let page = sheet.measure("due_before", "100 rows", page).await;
    assert_eq!(page.rows.len(), 100);
    sheet.measure("due_done", "25 out", store.due_done(&rows[..25], &[])).await;
    let mut ids = Vec::new();
    for n in 0..25 {
        let new = NewNotification { key: n.to_string(), when: ever, info: None };
        ids.push((caller.provider_id, put(&store, caller, new).await.id));
    }
    sheet.measure("notifications", "25", store.notifications(&ids)).await;
    let providers = [caller.provider_id, sheet.world.other_provider.provider_id];
    sheet.measure("providers", "2", store.providers(&providers)).await;
}
