//! `ACCESS-PATTERNS.md` says what every access costs; here it is held to it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::Pin;

use attesta_model::verification::{ResultChange, ResultCode, ResultStatus};
use attesta_model::{LearnerId, RequestId, Result, Words};
use attesta_store::access::{CanChange, CanRead, CanSubmit};
use attesta_store::{ListQuery, Order, OutboxRow, Position, keys};
use attesta_testing::World;
use jiff::SignedDuration;

use crate::costs_api_tokens;
use crate::costs_audit;
use crate::costs_business_units;
use crate::costs_catalogue;
use crate::costs_connections;
use crate::costs_enrolment;
use crate::costs_entries;
use crate::costs_erasure;
use crate::costs_imports;
use crate::costs_machines;
use crate::costs_marketplace;
use crate::costs_notifications;
use crate::costs_organisations;
use crate::costs_people;
use crate::costs_samples;
use crate::costs_selling;
use crate::costs_sign_in;
use crate::costs_sub_tpps;
use crate::costs_users;
use crate::measured::Measured;
use crate::support::{call, make, own, plan, processed};

const PAGE: &str = include_str!("../../ACCESS-PATTERNS.md");
/// An instrument whose fifty providers a world may have.
const CROWDED: u64 = World::INTEGRITY;

/// Costs by the function and the case.
type Costs = BTreeMap<(String, String), String>;

/// The rows of the page's tables.
fn page() -> Costs {
    let rows = PAGE.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let name = cells[0].trim_matches('`').to_owned();
        ((name, cells[1].to_owned()), cells[2..].join(" | "))
    };
    rows.map(row).collect()
}

#[derive(Debug)]
pub(crate) struct Sheet {
    pub(crate) world: World,
    pub(crate) on: Measured,
    costs: RefCell<Costs>,
}

impl Sheet {
    async fn new() -> Self {
        let world = World::start().await;
        let on = Measured::new(&world);
        Self { world, on, costs: RefCell::default() }
    }

    /// Enters what a call on the sheet's store costs; what it answered.
    pub(crate) async fn measure<T>(
        &self,
        name: &str,
        case: &str,
        call: impl Future<Output = Result<T>>,
    ) -> T {
        // In a moment of its own: at one time the sheet's store and the world's
        // might draw the same number, and one of them would try twice.
        let moment = SignedDuration::from_secs(1);
        self.world.clock.advance(moment);
        let (answer, cost) = self.on.cost(Box::pin(call)).await;
        self.world.clock.advance(moment);
        let key = (name.to_owned(), case.to_owned());
        let earlier = self.costs.borrow_mut().insert(key, cost.to_string());
        assert!(earlier.is_none(), "{name} {case} came twice");
        answer.expect(name)
    }
}

async fn sign_in_and_rights(sheet: &Sheet) {
    let caller = sheet.world.provider;
    let (user, organisation) = (sheet.world.user.clone(), sheet.world.organisation);
    let (role, id) = (caller.credential_id.to_string(), caller.provider_id.to_string());
    let secret = sheet.world.secret.clone();
    let store = sheet.on.store.clone();
    sheet.measure("warm_up", "", store.warm_up()).await;
    sheet.measure("sign_in_provider", "", store.sign_in_provider(&role, secret.expose())).await;
    sheet.measure("own_provider", "", store.own_provider(&caller, &id)).await;
    let both = store.own_provider_and_instrument(&caller, &id);
    sheet.measure("own_provider_and_instrument", "", both).await;
    sheet.measure("organisation", "", store.organisation::<CanRead>(&user, organisation)).await;
    let staff = sheet.world.staff.clone();
    sheet.measure("staff", "", store.staff::<CanChange>(&staff)).await;
    let keys = sheet.measure("published_keys", "1 key", store.published_keys()).await;
    sheet.measure("publish_keys", "1 key", store.publish_keys(&keys)).await;
    let minute = SignedDuration::from_mins(1);
    sheet.measure("count_attempt", "", store.count_attempt("login", "somebody", minute)).await;
}

async fn intake(sheet: &Sheet) {
    let (user, organisation) = (sheet.world.user.clone(), sheet.world.organisation);
    let (store, learner) = (sheet.on.store.clone(), sheet.world.learner);
    let handle = store.organisation::<CanSubmit>(&user, organisation).await.expect("a member");
    let new = LearnerId(store.ids().uuid().expect("random"));
    sheet.measure("put_learner", "new", store.put_learner(&handle, new)).await;
    sheet.measure("put_learner", "again", store.put_learner(&handle, new)).await;
    let found = store.learner_of::<CanRead>(&user, organisation, learner);
    sheet.measure("learner_of", "", found).await;

    let one = [World::PLAGIARISM];
    let planned = plan(&store, &sheet.world, &one, None);
    let planned = sheet.measure("plan_request", "1 provider, no key", planned).await;
    let id = sheet.measure("submit", "1 provider, no key", make(&store, planned, None)).await;
    let key = call(&sheet.world, "key", "body");
    let planned = plan(&store, &sheet.world, &one, Some(&key));
    let planned = sheet.measure("plan_request", "1 provider", planned).await;
    sheet.measure("submit", "1 provider", make(&store, planned, Some(&key))).await;
    let planned = plan(&store, &sheet.world, &one, Some(&key));
    sheet.measure("plan_request", "replay", planned).await;
    let id: RequestId = id.parse().expect("a number");
    let found = store.request(&user, organisation, learner, id);
    sheet.measure("request", "1 provider", found).await;

    for id in 101..150 {
        sheet.world.add_provider(id, CROWDED).await;
    }
    let planned = plan(&store, &sheet.world, &[CROWDED], None);
    let planned = sheet.measure("plan_request", "50 providers, no key", planned).await;
    let id = sheet.measure("submit", "50 providers, no key", make(&store, planned, None)).await;
    let id: RequestId = id.parse().expect("a number");
    let found = store.request(&user, organisation, learner, id);
    sheet.measure("request", "50 providers", found).await;
    let all = [World::PLAGIARISM, World::FACE, World::VOICE];
    let planned = plan(&store, &sheet.world, &all, None);
    sheet.measure("plan_request", "3 instruments, no key", planned).await;
}

async fn webhooks(sheet: &Sheet) {
    let (user, organisation) = (sheet.world.user.clone(), sheet.world.organisation);
    let store = sheet.on.store.clone();
    let owner = store.organisation(&user, organisation).await.expect("an owner");
    let url = || "https://hooks.example.com/".parse().expect("an address");
    sheet.measure("set_webhook", "", store.set_webhook(&owner, url())).await;
    sheet.measure("webhook", "", store.webhook(organisation)).await;
    sheet.measure("rotate_webhook_secret", "", store.rotate_webhook_secret(&owner)).await;
    let request = sheet.world.submit(&[World::PLAGIARISM]).await;
    sheet.world.answer(sheet.world.provider, request, 0.9, ResultCode::Ok).await;
    sheet.measure("settle", "told", store.settle(request)).await;
    sheet.measure("settle", "again", store.settle(request)).await;
    sheet.measure("delete_webhook", "", store.delete_webhook(&owner)).await;
}

async fn provider_side(sheet: &Sheet) {
    let caller = sheet.world.provider;
    let (store, id) = (sheet.on.store.clone(), caller.provider_id.to_string());
    let mut request = sheet.world.submit(&[World::PLAGIARISM]).await;
    let wanted = request.to_string();
    let mine = sheet.measure("own_result", "", store.own_result(&caller, &id, &wanted)).await;
    let begun = ResultChange { status: Some(ResultStatus::Processing), ..ResultChange::default() };
    let change = store.change_result(mine, |state| state.changed(begun.clone()));
    sheet.measure("change_result", "not yet processed", change).await;
    let mine = own(&store, caller, request).await;
    let change = store.change_result(mine, |state| state.changed(processed(0.9)));
    sheet.measure("change_result", "processed", change).await;
    let mine = own(&store, caller, request).await;
    let change = store.change_result(mine, |state| state.changed(processed(0.9)));
    sheet.measure("change_result", "same again", change).await;

    for _ in 1..50 {
        request = sheet.world.submit(&[World::PLAGIARISM]).await;
    }
    let last = sheet.world.answer(caller, request, 0.5, ResultCode::Ok).await;
    let by = |field: &str| vec![Order { field: field.to_owned(), descending: false }];
    let query = |position, order, search: &str| ListQuery {
        limit: 10,
        position,
        order,
        search: Words::new(search),
    };
    let first = query(Position::Offset(0), Vec::new(), "");
    sheet.measure("own_results", "first 10", store.own_results(&caller, &id, &first)).await;
    let next = query(Position::Before(last.id.get()), Vec::new(), "");
    sheet.measure("own_results", "10 by cursor", store.own_results(&caller, &id, &next)).await;
    let far = query(Position::Offset(40), Vec::new(), "");
    sheet.measure("own_results", "10 after 40", store.own_results(&caller, &id, &far)).await;
    let sorted = query(Position::Offset(0), by("result"), "");
    let sorted = store.own_results(&caller, &id, &sorted);
    sheet.measure("own_results", "10 of 50, other order", sorted).await;
    let found = query(Position::Offset(0), Vec::new(), "word");
    sheet.measure("own_results", "search in 50", store.own_results(&caller, &id, &found)).await;
}

async fn delivery(sheet: &Sheet) {
    let store = sheet.on.store.clone();
    let ever = store.ids().now() + SignedDuration::from_mins(1);
    sheet.measure("outbox_before", "empty shard", store.outbox_before(0, ever, 100, None)).await;
    let id = sheet.world.submit(&[World::PLAGIARISM]).await;
    let shard = u8::try_from(id.get() % u64::from(keys::OUTBOX_SHARDS)).expect("small");
    let page = store.outbox_before(shard, ever, 100, None);
    let page = sheet.measure("outbox_before", "1 row", page).await;
    let row = &page.rows[0];
    sheet.measure("outbox_delivered", "1 provider", store.outbox_delivered(row)).await;
    sheet.measure("outbox_delivered", "again", store.outbox_delivered(row)).await;
    for id in 101..150 {
        sheet.world.add_provider(id, CROWDED).await;
    }
    for _ in 0..2 {
        sheet.world.submit(&[CROWDED]).await;
    }
    let rows = sheet.world.outbox().await;
    let left = OutboxRow { tasks: rows[0].tasks[..1].to_vec(), ..rows[0].clone() };
    sheet.measure("outbox_unsent", "1 of 50", store.outbox_unsent(&left)).await;
    sheet.measure("outbox_delivered", "50 providers", store.outbox_delivered(&rows[1])).await;
}

/// A part of the page, measured on a sheet of its own.
type Part = for<'a> fn(&'a Sheet) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

const PARTS: &[Part] = &[
    |sheet| Box::pin(sign_in_and_rights(sheet)),
    |sheet| Box::pin(intake(sheet)),
    |sheet| Box::pin(costs_api_tokens::api_tokens(sheet)),
    |sheet| Box::pin(costs_api_tokens::profiles(sheet)),
    |sheet| Box::pin(provider_side(sheet)),
    |sheet| Box::pin(costs_enrolment::samples(sheet)),
    |sheet| Box::pin(costs_enrolment::models(sheet)),
    |sheet| Box::pin(costs_notifications::notifications(sheet)),
    |sheet| Box::pin(costs_notifications::due(sheet)),
    |sheet| Box::pin(webhooks(sheet)),
    |sheet| Box::pin(costs_catalogue::administration(sheet)),
    |sheet| Box::pin(costs_erasure::erasure(sheet)),
    |sheet| Box::pin(costs_sign_in::secrets(sheet)),
    |sheet| Box::pin(costs_people::sessions(sheet)),
    |sheet| Box::pin(costs_people::staff(sheet)),
    |sheet| Box::pin(costs_organisations::reading(sheet)),
    |sheet| Box::pin(costs_organisations::changing(sheet)),
    |sheet| Box::pin(costs_organisations::syncing(sheet)),
    |sheet| Box::pin(costs_users::users(sheet)),
    |sheet| Box::pin(costs_users::crowd(sheet)),
    |sheet| Box::pin(costs_users::erasure(sheet)),
    |sheet| Box::pin(costs_machines::machines(sheet)),
    |sheet| Box::pin(costs_machines::administration(sheet)),
    |sheet| Box::pin(costs_samples::intake(sheet)),
    |sheet| Box::pin(costs_samples::crowd(sheet)),
    |sheet| Box::pin(costs_samples::waiting(sheet)),
    |sheet| Box::pin(costs_samples::validations(sheet)),
    |sheet| Box::pin(costs_sub_tpps::sub_tpps(sheet)),
    |sheet| Box::pin(costs_sub_tpps::members(sheet)),
    |sheet| Box::pin(costs_selling::selling(sheet)),
    |sheet| Box::pin(costs_imports::imports(sheet)),
    |sheet| Box::pin(costs_imports::rows(sheet)),
    |sheet| Box::pin(costs_entries::keeping(sheet)),
    |sheet| Box::pin(costs_entries::organisations(sheet)),
    |sheet| Box::pin(costs_entries::people(sheet)),
    |sheet| Box::pin(costs_imports::certificates(sheet)),
    |sheet| Box::pin(costs_business_units::business_units(sheet)),
    |sheet| Box::pin(delivery(sheet)),
    |sheet| Box::pin(costs_marketplace::marketplace(sheet)),
    |sheet| Box::pin(costs_audit::audit(sheet)),
    |sheet| Box::pin(costs_audit::settings(sheet)),
    |sheet| Box::pin(costs_connections::connections(sheet)),
];

#[test]
fn every_access_costs_what_the_page_says() {
    // So many futures in a few functions are too much for a test's usual stack.
    let thread = std::thread::Builder::new().stack_size(32 << 20).spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(every_access());
    });
    if let Err(panic) = thread.expect("spawned").join() {
        std::panic::resume_unwind(panic);
    }
}

async fn every_access() {
    let mut measured = Costs::new();
    for part in PARTS {
        let sheet = Sheet::new().await;
        part(&sheet).await;
        measured.append(&mut sheet.costs.take());
    }
    let page = page();
    let differing = |ours: &Costs, theirs: &Costs| {
        let rows = ours.iter().filter(|(key, cost)| theirs.get(key) != Some(cost));
        rows.map(|((name, case), cost)| format!("| `{name}` | {case} | {cost} |\n")).collect()
    };
    let (missing, wrong): (String, String) =
        (differing(&measured, &page), differing(&page, &measured));
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "ACCESS-PATTERNS.md lacks\n{missing}and has wrongly\n{wrong}"
    );
}

/// A model's used samples are walked past where they come first; a reseller's
/// customers are read once it is known to be one, and they its. Who owns an
/// organisation that somebody deals with, or belongs to, only it tells; of which
/// one somebody is whom an address leads to, and which one gets another owner,
/// only the users.
const LONGER: [&str; 9] = [
    "10 beside 5000 used",
    "by a reseller, 2",
    "there already, by its owner",
    "2 connections",
    "by id, 1 contact",
    "deals with 1",
    "as one of those it deals with",
    "another's than the owner's",
    "to a member",
];

#[test]
fn a_read_takes_two_rounds_at_most_and_a_write_one_write() {
    for ((name, case), cost) in page() {
        let cells: Vec<_> = cost.split(" | ").collect();
        let [_, rounds, calls, _, _] = cells[..] else { panic!("{name} {case}: {cost}") };
        let rounds: usize = rounds.parse().expect("a number");
        let is_longer = LONGER.contains(&case.as_str());
        let is_write = |call: &&str| !["none", "Get", "Query"].iter().any(|r| call.contains(r));
        let writes: Vec<_> = calls.split(" + ").filter(is_write).collect();
        assert!(rounds <= 2 + writes.len() || is_longer, "{name} {case}: {rounds} rounds");
        // A row of a file is written as a guess first, which is right the first time.
        let is_guess = name == "import_preferences";
        assert!(
            writes.len() <= 1 && writes.iter().all(|call| !call.contains('×') || is_guess),
            "{name}: {calls}"
        );
        assert!(!calls.contains("Scan"), "{name} {case}: {calls}");
    }
}
