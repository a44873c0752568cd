//! What imports by queue jobs, and certificates that are kept, cost.

use attesta_model::{Certificate, CertificateQuery};
use attesta_store::access::{CanChange, CanRead, ImportInto, Importers};
use attesta_store::{Claimed, ImportProgress};
use jiff::SignedDuration;

use crate::access_patterns::Sheet;

const BOTH: Importers = Importers::StaffAndOwners;

pub(crate) async fn imports(sheet: &Sheet) {
    let store = sheet.on.store.clone();
    let (staff, user) = (sheet.world.staff.clone(), sheet.world.user.clone());
    let nowhere = ImportInto::default();
    let id = Some(sheet.world.organisation.to_string());
    let named = ImportInto { organisation_id: id, organisation_name: None };
    let target = store.import_target(&user, BOTH, &named);
    sheet.measure("import_target", "an owner", target).await;
    let target = store.import_target(&user, BOTH, &nowhere);
    let target = sheet.measure("import_target", "an owner, at home", target).await;
    sheet.measure("import_target", "staff", store.import_target(&staff, BOTH, &named)).await;
    let job = sheet.measure("create_import", "", store.create_import("things", &target)).await;
    let id = job.id.to_string();
    let own = store.import_job::<CanRead>(&user, BOTH, "things", &id);
    sheet.measure("import_job", "an owner", own).await;
    let own = store.import_job::<CanChange>(&staff, BOTH, "things", &id);
    let own = sheet.measure("import_job", "staff", own).await;
    sheet.measure("start_import", "", store.start_import(&own, "imports/file.csv")).await;
    let claimed = sheet.measure("claim_import", "", store.claim_import(job.id)).await;
    let Claimed::Own(run) = claimed else { panic!("free") };
    sheet.measure("claim_import", "busy", store.claim_import(job.id)).await;
    let progress = ImportProgress { total: Some(100_000), slices: 7, ..ImportProgress::default() };
    sheet.measure("note_import", "", store.note_import(&run, &progress)).await;
    sheet.measure("hand_over_import", "", store.hand_over_import(&run)).await;
    let Ok(Claimed::Own(run)) = store.claim_import(job.id).await else { panic!("free") };
    sheet.measure("release_import", "", store.release_import(&run)).await;
    let Ok(Claimed::Own(run)) = store.claim_import(job.id).await else { panic!("free") };
    sheet.measure("finish_import", "", store.finish_import(&run, "imports/report.json")).await;
    sheet.measure("claim_import", "over", store.claim_import(job.id)).await;

    let job = store.create_import("things", &target).await.expect("made");
    let own = store.import_job(&staff, BOTH, "things", &job.id.to_string()).await.expect("there");
    store.start_import(&own, "imports/file.csv").await.expect("started");
    let Ok(Claimed::Own(run)) = store.claim_import(job.id).await else { panic!("free") };
    sheet.measure("fail_import", "", store.fail_import(&run, "The file is empty.")).await;
}

pub(crate) async fn certificates(sheet: &Sheet) {
    let (store, user) = (sheet.on.store.clone(), sheet.world.user.clone());
    let query = CertificateQuery::new(Some("GBR"), Some("PO18 9JP"), None).expect("a query");
    let none = store.certificates_for(&user, &query);
    assert!(sheet.measure("certificates_for", "none kept", none).await.is_none());
    let found = [Certificate::default()];
    let kept = store.keep_certificates(&query, &found);
    assert!(sheet.measure("keep_certificates", "1 certificate", kept).await);
    let kept = store.certificates_for(&user, &query);
    let kept = sheet.measure("certificates_for", "1 certificate", kept).await;
    assert_eq!(kept.as_deref(), Some(found.as_slice()));
    let kept = store.kept_certificates(&query);
    sheet.measure("kept_certificates", "1 certificate", kept).await;
    sheet.world.clock.advance(SignedDuration::from_hours(1));
    assert!(store.kept_certificates(&query).await.expect("readable").is_none());
}
