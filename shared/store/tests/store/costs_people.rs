//! What people's names and sessions cost.

use attesta_model::{Notice, Staff};
use attesta_store::NewStaff;
use attesta_store::access::CanChange;
use uuid::Uuid;

use crate::access_patterns::Sheet;

pub(crate) async fn sessions(sheet: &Sheet) {
    let (store, user) = (sheet.on.store.clone(), sheet.world.user.clone());
    let (id, name) = (user.user_id, "one@example.com");
    sheet.measure("user", "", store.user(id)).await;
    sheet.measure("user_by_name", "", store.user_by_name(name)).await;
    sheet.measure("user_by_name", "nobody's", store.user_by_name("nobody")).await;
    sheet.measure("own_user", "", store.own_user(&user)).await;
    let managed = store.managed_user::<CanChange>(&sheet.world.staff, name);
    sheet.measure("managed_user", "", managed).await;
    sheet.measure("activate_user", "active already", store.activate_user(id)).await;
    sheet.measure("set_second_factor", "", store.set_second_factor(id, true)).await;
    sheet.measure("end_sessions", "", store.end_sessions(id)).await;
    let at = store.ids().now();
    let notice = Notice::PasswordChanged { email: name.to_owned(), name: "one".to_owned(), at };
    sheet.measure("end_sessions_and_tell", "", store.end_sessions_and_tell(id, notice)).await;
}

pub(crate) async fn staff(sheet: &Sheet) {
    let store = sheet.on.store.clone();
    let admin = store.staff(&sheet.world.staff).await.expect("staff");
    let new = |email: &str| NewStaff {
        email: email.to_owned(),
        given_name: "Ada".to_owned(),
        family_name: "King".to_owned(),
        staff: Staff::Admin,
    };
    let ada = new("ada@example.com");
    sheet.measure("begin_staff", "new", store.begin_staff(&admin, &ada)).await;
    let begun = store.begin_staff(&admin, &ada);
    let begun = sheet.measure("begin_staff", "taken up again", begun).await;
    sheet.measure("finish_staff", "", store.finish_staff(&begun, Uuid::max())).await;
    let unwanted = store.begin_staff(&admin, &new("unwanted@example.com")).await.expect("begun");
    sheet.measure("abandon_staff", "", store.abandon_staff(&unwanted)).await;
}
