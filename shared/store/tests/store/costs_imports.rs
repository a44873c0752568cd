//! What imports by queue jobs, and certificates that are kept, cost.

use attesta_model::{
    AdvancePay, BusinessUnitKind, Certificate, CertificateQuery, Company, HomeCountry,
    Organisation, OrganisationId, Preference,
};
use attesta_store::access::{CanChange, CanRead, ImportInto, Importers};
use attesta_store::{
    Claimed, ImportProgress, ImportedUnit, NamedOrganisation, NamedUser, NewBusinessUnit,
    NewOrganisation, NewPerson, Preferring, Seed,
};
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

/// What rows of files come to.
pub(crate) async fn rows(sheet: &Sheet) {
    let store = sheet.on.store.clone();
    let (staff, world) = (sheet.world.staff.clone(), &sheet.world);
    let seeds = Seed(&world.store);
    let now = store.ids().now();
    let new_id = || OrganisationId(store.ids().uuid().expect("random"));
    let company = Company { number: Some("0123".to_owned()), ..Company::default() };
    let acme = Organisation { company, ..Organisation::new(new_id(), "Acme Rows", now) };
    seeds.named_organisation(&acme).await.expect("written");
    let called = Some("acme rows".to_owned());
    let by_name = ImportInto { organisation_id: None, organisation_name: called };
    let target = store.import_target(&staff, BOTH, &by_name);
    let target = sheet.measure("import_target", "staff, by name", target).await;

    let unit = sheet.measure("unit_to_import", "new", store.unit_to_import(&target, "A")).await;
    let ImportedUnit::New(plan) = unit else { panic!("nobody made it") };
    let new =
        NewBusinessUnit { name: "A".to_owned(), kind: BusinessUnitKind::Farm, business: None };
    store.create_business_unit(&plan, &new, None).await.expect("made");
    sheet.measure("unit_to_import", "known", store.unit_to_import(&target, "A")).await;

    let owner = NewPerson { email: Some("o@rows.example".to_owned()), ..NewPerson::default() };
    let mut new = NewOrganisation {
        name: "Rows".to_owned(),
        country: HomeCountry::Gb,
        location: None,
        company: Company { number: Some("1".to_owned()), ..Company::default() },
        organisers: Vec::new(),
        billing: None,
        modules: Vec::new(),
        owner: Some(owner),
        contacts: Vec::new(),
    };
    let made = store.import_organisation(&target, &new);
    sheet.measure("import_organisation", "new, with its owner", made).await;
    let again = store.import_organisation(&target, &new);
    sheet.measure("import_organisation", "there already", again).await;
    new.name = "Others".to_owned();
    new.company = Company::default();
    let again = store.import_organisation(&target, &new);
    sheet.measure("import_organisation", "there already, by its owner", again).await;

    let nowhere = store.import_target(&staff, BOTH, &ImportInto::default()).await.expect("staff");
    let user = world.user.user_id;
    let email = store.user(user).await.expect("readable").and_then(|user| user.email);
    let (by_id, by_email) = (NamedUser::Id(user), NamedUser::Email(email.expect("an address")));
    let one = |commodity: &str| Preference {
        commodity: commodity.parse().ok(),
        grades: Vec::new(),
        regions: Vec::new(),
        enabled: true,
    };
    for (case, named, commodity, how) in [
        ("the first", &by_id, "1", Preferring::Also),
        ("as it was", &by_id, "1", Preferring::Also),
        ("one more", &by_id, "2", Preferring::Also),
        ("instead", &by_id, "3", Preferring::Instead),
        ("instead, by e-mail", &by_email, "4", Preferring::Instead),
        ("one more, by e-mail", &by_email, "5", Preferring::Also),
    ] {
        let said = [one(commodity)];
        let imported = store.import_preferences(&nowhere, named, &said, how);
        sheet.measure("import_preferences", case, imported).await;
    }

    let seen = store.managed_organisation(&staff, &acme.id.to_string()).await.expect("staff");
    let account = AdvancePay {
        account_name: "Acme".to_owned(),
        sort_code: "12-34-56".to_owned(),
        account_number: "12345678".to_owned(),
        status: None,
    };
    store.set_advance_pay(&seen, &account).await.expect("written");
    let (by_id, by_number) =
        (NamedOrganisation::Id(acme.id), NamedOrganisation::Number("0123".to_owned()));
    for (case, named, status) in [
        ("by its identifier", &by_id, true),
        ("as it was", &by_id, true),
        ("by its number", &by_number, false),
    ] {
        let set = store.import_advance_pay_status(&target, named, status);
        sheet.measure("import_advance_pay_status", case, set).await;
    }
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
