//! What dealing with others costs.

use attesta_model::Relationship;
use attesta_store::{ConnectionQuery, Idempotency, NewConnection};

use crate::access_patterns::Sheet;
use crate::connections::{farm, only_contact, owner};

pub(crate) async fn connections(sheet: &Sheet) {
    let (store, world) = (sheet.on.store.clone(), &sheet.world);
    let user = &world.user;
    let home_of = sheet.measure("home", "", store.home(user)).await;
    let of = owner(world, user).await;
    let new = farm("Far Farm", &["una@farm.example", "uma@farm.example"]);
    let checked = store.check_connection(&home_of, &new);
    sheet.measure("check_connection", "nobody, 2 contacts", checked).await;
    let key = Idempotency::new(None, user.user_id, "business-connections", "key", &[b"body"]);
    let made = store.create_connection(&of, &new, Some(&key));
    let id = sheet.measure("create_connection", "made for it, 2 contacts", made).await.to_string();
    let replay = store.create_connection(&of, &new, Some(&key));
    sheet.measure("create_connection", "replay", replay).await;
    let there = NewConnection {
        id: Some(world.other_organisation.to_string()),
        ..farm("x", &["two@example.com"])
    };
    let checked = store.check_connection(&home_of, &there);
    sheet.measure("check_connection", "by id, 1 contact", checked).await;
    let made = store.create_connection(&of, &there, None);
    sheet.measure("create_connection", "by id, 1 contact, no key", made).await;
    let whole = ConnectionQuery::whole();
    let page = store.connections(&home_of, &whole);
    sheet.measure("connections", "2 connections", page).await;
    let network = store.is_in_network(&home_of, world.other_organisation);
    sheet.measure("is_in_network", "", network).await;
    for case in ["", "again"] {
        let added = store.add_relationship(&of, &id, Relationship::Trading);
        sheet.measure("add_relationship", case, added).await;
    }
    let una = {
        let page = world.store.connections(&home_of, &whole).await.expect("read");
        let farm = page.rows.iter().find(|row| row.organisation.id.to_string() == id);
        farm.expect("a row").contacts[0].id.to_string()
    };
    for case in ["waits", "again"] {
        let let_in = store.connect_contact(&of, &id, &una);
        sheet.measure("connect_contact", case, let_in).await;
    }
    sheet.measure("disconnect_contact", "", store.disconnect_contact(&of, &id, &una)).await;
    store.connect_contact(&of, &id, &una).await.expect("let in");
    let deleted = store.delete_connection(&of, &id);
    sheet.measure("delete_connection", "1 contact let in", deleted).await;
    let two = only_contact(world, user).await;
    assert_eq!(two, world.other_user.user_id);
}
