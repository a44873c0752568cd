//! What the marketplace costs.

use std::collections::BTreeSet;

use attesta_model::MachineKind;
use attesta_model::marketplace::{CustomerChange, FIELDS};
use attesta_store::access::CanChange;
use attesta_store::{ListingFields, Planned};
use attesta_testing::World;
use serde_json::{Value, json};

use crate::access_patterns::Sheet;
use crate::support::plan;

const DEPLOYMENT: &str = "shop";
const PRODUCT_TYPE: &str = "travel";

fn fields() -> ListingFields {
    let types = BTreeSet::from([PRODUCT_TYPE.to_owned()]);
    ListingFields {
        name: "Doctors".to_owned(),
        description: "What it is.".to_owned(),
        categories: [("Health".to_owned(), types)].into_iter().collect(),
        ..ListingFields::default()
    }
}

fn change(of: &Value) -> CustomerChange {
    let mut change = CustomerChange::default();
    for field in FIELDS {
        if let Some(value) = of.get(field.name) {
            change.set(field, value.clone()).expect(field.name);
        }
    }
    change
}

pub(crate) async fn marketplace(sheet: &Sheet) {
    let (store, staff) = (sheet.on.store.clone(), sheet.world.staff.clone());
    let new = sheet.measure("plan_listing", "", store.plan_listing(&staff, None)).await;
    let made = store.create_listing(&new, fields(), None);
    let (listing, _) = sheet.measure("create_listing", "", made).await;
    let id = listing.id.to_string();
    let found = store.managed_listing::<CanChange>(&staff, &id);
    let managed = sheet.measure("managed_listing", "", found).await;
    let pointing = ListingFields { provider_id: "1".parse().ok(), ..fields() };
    let changed = store.change_listing(&managed, pointing);
    sheet.measure("change_listing", "points at a provider", changed).await;
    let managed = store.managed_listing(&staff, &id).await.expect("a listing");
    sheet.measure("rotate_listing_key", "", store.rotate_listing_key(&managed)).await;
    sheet.measure("staff_listings", "1 listing", store.staff_listings(&staff, None, 50)).await;

    let of = Some(sheet.world.organisation);
    let planned = sheet.measure("plan_partner", "", store.plan_partner(&staff, of, None)).await;
    let Planned::New(new) = planned else { panic!("a call that came before") };
    let deployments = vec![DEPLOYMENT.to_owned()];
    let made = store.create_partner(new, "", deployments, None, |made| {
        Ok(made.partner.organisation_id.to_string())
    });
    let partner = sheet.measure("create_partner", "", made).await;
    sheet.measure("staff_partners", "1 partner", store.staff_partners(&staff, None, 50)).await;
    let found = store.managed_approval::<CanChange>(&staff, &partner, &id);
    let approval = sheet.measure("managed_approval", "", found).await;
    sheet.measure("approve", "", store.approve(&approval)).await;
    let list = store.staff_approvals(&staff, &partner, None, 50);
    sheet.measure("staff_approvals", "1 listing", list).await;

    let key = sheet.world.client(MachineKind::Partner).await;
    let caller = sheet.measure("partner_caller", "first use", store.partner_caller(&key)).await;
    sheet.measure("partner_caller", "again", store.partner_caller(&key)).await;
    sheet.measure("own_categories", "1 listing", store.own_categories(&caller)).await;
    let approved =
        sheet.measure("approved_listing", "", store.approved_listing(&caller, &id)).await;
    let enable = |is_on| store.set_enabled(&approved, DEPLOYMENT, PRODUCT_TYPE, is_on);
    sheet.measure("set_enabled", "in", enable(true)).await;
    sheet.measure("set_enabled", "in again", enable(true)).await;
    let planned = plan(&store, &sheet.world, &[World::PLAGIARISM], None);
    sheet.measure("plan_request", "1 provider of the marketplace, no key", planned).await;
    let whole = change(&json!({"id": "1", "email": "a@example.com", "first_name": "Ada"}));
    sheet
        .measure("put_customer", "new, 2 keys", store.put_customer(&caller, &id, &whole, None))
        .await;
    let visits = change(&json!({"id": "1", "visits": 2}));
    let put = store.put_customer(&caller, &id, &visits, None);
    sheet.measure("put_customer", "there", put).await;
    sheet.measure("set_enabled", "out", enable(false)).await;
    sheet.measure("set_enabled", "out again", enable(false)).await;

    let found = store.managed_partner::<CanChange>(&staff, &partner);
    let managed = sheet.measure("managed_partner", "", found).await;
    let changed = store.change_deployments(&managed, vec![DEPLOYMENT.to_owned()]);
    sheet.measure("change_deployments", "none goes", changed).await;
    sheet.measure("disapprove", "none enabled", store.disapprove(&approval)).await;
    let managed = store.managed_partner(&staff, &partner).await.expect("a partner");
    let closed = sheet.measure("close_partner", "", store.close_partner(&managed)).await;
    sheet.measure("delete_partner", "nothing left", store.delete_partner(closed)).await;
    let managed = store.managed_listing(&staff, &id).await.expect("a listing");
    sheet.measure("delete_listing", "points at a provider", store.delete_listing(&managed)).await;
}
