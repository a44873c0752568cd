//! What members' sub-TPPs cost.

use std::collections::BTreeSet;

use attesta_identity::MachineCaller;
use attesta_model::{Machine, MachineKind, Merchant, SubTppId};
use attesta_store::access::CanChange;
use attesta_store::{
    Decision, MemberWanted, NewSubTpp, Planned, SubTppFilter, SubTppPlace, SubTppPlan,
};
use jiff::civil::date;

use crate::access_patterns::Sheet;

const NAME: &str = "A name";

impl Sheet {
    async fn planned(
        &self,
        case: &str,
        caller: &MachineCaller,
        domain: &str,
        parent: Option<&str>,
    ) -> SubTppPlan {
        let domain = domain.parse().expect("a domain");
        let plan = self.on.store.plan_sub_tpp(caller, domain, parent, None);
        let Planned::New(plan) = self.measure("plan_sub_tpp", case, plan).await else {
            panic!("a call that came before")
        };
        plan
    }

    async fn created(&self, case: &str, plan: &SubTppPlan) -> SubTppId {
        let new =
            NewSubTpp { name: NAME.to_owned(), merchant: Merchant::default(), logo_key: None };
        let made = self.on.store.create_sub_tpp(plan, new, None);
        self.measure("create_sub_tpp", case, made).await.id
    }
}

/// The world's organisation as a member, by a token and by a key.
async fn callers(sheet: &Sheet) -> [MachineCaller; 2] {
    let organisation = sheet.world.organisation;
    let key = sheet.world.member(organisation, false).await;
    let token = MachineCaller::Token {
        credential_id: key.id,
        machine: Machine::new(MachineKind::Member, Some(organisation)).expect("a machine"),
        scopes: MachineKind::Member.scopes().iter().copied().collect(),
    };
    [token, MachineCaller::Key(key)]
}

pub(crate) async fn sub_tpps(sheet: &Sheet) {
    let [token, key] = callers(sheet).await;
    let store = sheet.on.store.clone();
    sheet.measure("page_key", "first", store.page_key()).await;
    sheet.measure("page_key", "", store.page_key()).await;
    let plan = sheet.planned("no parent", &token, "p.example.com", None).await;
    let parent = sheet.created("no parent", &plan).await.to_string();
    let plan = sheet.planned("a child", &token, "c.example.com", Some(&parent)).await;
    let child = sheet.created("a child", &plan).await.to_string();
    // By its key a client notes to the hour that it is in use.
    store.own_sub_tpp(&key, &child).await.expect("its own");
    sheet.measure("own_sub_tpp", "by token", store.own_sub_tpp(&token, &child)).await;
    sheet.measure("own_sub_tpp", "by key", store.own_sub_tpp(&key, &child)).await;
    sheet.measure("sub_tpp_children", "1 child", store.sub_tpp_children(&token, &parent)).await;

    let start = |_| Ok(SubTppPlace::Start);
    let names = || Some(BTreeSet::from([NAME.to_owned(), "Another".to_owned()]));
    let days = || Some(BTreeSet::from([date(2025, 11, 22), date(2025, 11, 24)]));
    for (case, filter) in [
        ("2 of 2", SubTppFilter::default()),
        ("2 names", SubTppFilter { names: names(), days: None }),
        ("2 days apart", SubTppFilter { names: None, days: days() }),
        ("2 names, 2 days apart", SubTppFilter { names: names(), days: days() }),
    ] {
        sheet.measure("sub_tpps", case, store.sub_tpps(&token, &filter, start, 10)).await;
    }
    let filter = SubTppFilter::default();
    sheet.measure("sub_tpps", "2 of 2, by key", store.sub_tpps(&key, &filter, start, 10)).await;
    let own = store.own_sub_tpp(&token, &child).await.expect("its own");
    sheet.measure("delete_sub_tpp", "a child", store.delete_sub_tpp(own)).await;
}

pub(crate) async fn members(sheet: &Sheet) {
    let (store, staff) = (sheet.on.store.clone(), sheet.world.staff.clone());
    let wanted = MemberWanted::Known(sheet.world.other_organisation);
    let plan = sheet.measure("plan_member", "", store.plan_member(&staff, wanted, None)).await;
    let Planned::New(plan) = plan else { panic!("a call that came before") };
    sheet.measure("create_member", "", store.create_member(&plan, true, None)).await;
    sheet.measure("members", "1 member", store.members(&staff, None, 10)).await;
    let [token, _] = callers(sheet).await;
    let member = sheet.world.organisation.to_string();
    let found = store.managed_member::<CanChange>(&staff, &member);
    let managed = sheet.measure("managed_member", "", found).await;
    let changed = store.set_requires_approval(&managed, true);
    sheet.measure("set_requires_approval", "", changed).await;
    let plan = store.plan_sub_tpp(&token, "a.example.com".parse().expect("a domain"), None, None);
    let Planned::New(plan) = plan.await.expect("a plan") else { panic!("a call that came before") };
    let id = sheet.created("to be approved", &plan).await.to_string();
    let awaiting = store.sub_tpp_approvals(&staff, None, 10);
    sheet.measure("sub_tpp_approvals", "1 awaits", awaiting).await;
    let found = store.managed_sub_tpp::<CanChange>(&staff, &member, &id);
    let managed = sheet.measure("managed_sub_tpp", "", found).await;
    let approve = Decision::Approve { restricted_countries: Vec::new(), mcc_code: None };
    sheet.measure("decide_sub_tpp", "", store.decide_sub_tpp(&managed, approve)).await;
}
