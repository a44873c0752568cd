//! What the audit log and the settings cost.

use attesta_model::{LogFilter, LogLevel, Logging};
use attesta_store::access::{CanChange, CanManage};
use attesta_store::audit::{AuditFilter, Origin, within};

use crate::access_patterns::Sheet;

pub(crate) async fn audit(sheet: &Sheet) {
    let (store, user) = (sheet.on.store.clone(), sheet.world.user.clone());
    let (staff, organisation) = (sheet.world.staff.clone(), sheet.world.organisation);
    let url = || "https://hooks.example.com/".parse().expect("an address");
    let set = async || {
        let owner = store.organisation::<CanManage>(&user, organisation).await?;
        store.set_webhook(&owner, url()).await
    };
    // The first row of a process asks for the key too.
    within(Origin::default(), set()).await.expect("set");
    let owner = store.organisation::<CanManage>(&user, organisation).await.expect("an owner");
    let told = within(Origin::default(), async {
        store.own_user(&user).await.expect("somebody");
        let again = store.set_webhook(&owner, url());
        sheet.measure("set_webhook", "with a row of the audit log", again).await;
    });
    told.await;
    let all = AuditFilter::default();
    let page = store.audit(&staff, None, &all, None, 50);
    sheet.measure("audit", "2 of all", page).await;
    for _ in 0..48 {
        within(Origin::default(), set()).await.expect("set");
    }
    let page = store.audit(&user, None, &all, None, 50);
    sheet.measure("audit", "50 of an organisation's", page).await;
}

pub(crate) async fn settings(sheet: &Sheet) {
    let (store, staff) = (sheet.on.store.clone(), sheet.world.staff.clone());
    let admin = store.staff::<CanChange>(&staff).await.expect("staff");
    let logging = Logging { level: LogLevel::Info, filter: LogFilter::default() };
    let set = store.set_system_settings(&admin, logging);
    sheet.measure("set_system_settings", "", set).await;
    sheet.measure("system_settings", "", store.system_settings()).await;
    sheet.measure("managed_settings", "", store.managed_settings(&staff)).await;
}
