//! What notifications cost.

use attesta_identity::ProviderCaller;
use attesta_model::{NewNotification, Notification, NotificationChange, Words};
use attesta_store::{ListQuery, Order, Position, Store};
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
