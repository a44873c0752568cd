//! `ACCESS-PATTERNS.md` says what every access costs; here it is held to it.

use std::collections::BTreeMap;

use attesta_model::verification::ResultCode;
use attesta_model::{LearnerId, RequestId, Words};
use attesta_store::access::{CanRead, CanSubmit};
use attesta_store::{CredentialKind, Order, OrderField, Position, ResultsQuery, Task, keys};
use attesta_testing::World;
use jiff::SignedDuration;

use crate::measured::{Cost, Measured};
use crate::support::{call, instruments, make, own, plan, processed};

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
struct Sheet {
    world: World,
    on: Measured,
    costs: Costs,
}

impl Sheet {
    async fn new() -> Self {
        let world = World::start().await;
        let on = Measured::new(&world);
        Self { world, on, costs: Costs::new() }
    }

    fn put(&mut self, name: &str, case: &str, cost: &Cost) {
        let key = (name.to_owned(), case.to_owned());
        assert!(self.costs.insert(key, cost.to_string()).is_none(), "{name} {case} came twice");
    }
}

/// Measures a call on the sheet's store and enters it; gives what it answered.
macro_rules! measure {
    ($sheet:ident, $name:literal, $case:literal, $call:expr) => {{
        let (answer, cost) = $sheet.on.cost($call).await;
        $sheet.put($name, $case, &cost);
        answer.expect($name)
    }};
}

async fn sign_in_and_rights(sheet: &mut Sheet) {
    let caller = sheet.world.provider;
    let (user, organisation) = (sheet.world.user.clone(), sheet.world.organisation);
    let (role, id) = (caller.credential_id.to_string(), caller.provider_id.to_string());
    let secret = sheet.world.secret.clone();
    let store = sheet.on.store.clone();
    measure!(sheet, "warm_up", "", store.warm_up());
    measure!(sheet, "sign_in_provider", "", store.sign_in_provider(&role, secret.expose()));
    measure!(sheet, "own_provider", "", store.own_provider(&caller, &id));
    let both = store.own_provider_and_instrument(&caller, &id);
    measure!(sheet, "own_provider_and_instrument", "", both);
    measure!(sheet, "organisation", "", store.organisation::<CanRead>(&user, organisation));
    let keys = measure!(sheet, "published_keys", "1 key", store.published_keys());
    measure!(sheet, "publish_keys", "1 key", store.publish_keys(&keys));
    let minute = SignedDuration::from_mins(1);
    measure!(sheet, "count_attempt", "", store.count_attempt("login", "somebody", minute));
    let kind = CredentialKind::Provider {
        provider_id: caller.provider_id,
        instrument_id: instruments(&[World::PLAGIARISM])[0],
    };
    let (id, _) = measure!(sheet, "create_credential", "", store.create_credential(kind));
    measure!(sheet, "revoke_credential", "", store.revoke_credential(id));
}

async fn intake(sheet: &mut Sheet) {
    let (user, organisation) = (sheet.world.user.clone(), sheet.world.organisation);
    let (store, learner) = (sheet.on.store.clone(), sheet.world.learner);
    let handle = store.organisation::<CanSubmit>(&user, organisation).await.expect("a member");
    let new = LearnerId(store.ids().uuid().expect("random"));
    measure!(sheet, "put_learner", "new", store.put_learner(&handle, new));
    measure!(sheet, "put_learner", "again", store.put_learner(&handle, new));
    let found = store.learner_of::<CanRead>(&user, organisation, learner);
    measure!(sheet, "learner_of", "", found);

    let one = [World::PLAGIARISM];
    let planned = plan(&store, &sheet.world, &one, None);
    let planned = measure!(sheet, "plan_request", "1 provider, no key", planned);
    let id = measure!(sheet, "submit", "1 provider, no key", make(&store, planned, None));
    let key = call(&sheet.world, "key", "body");
    let planned = plan(&store, &sheet.world, &one, Some(&key));
    let planned = measure!(sheet, "plan_request", "1 provider", planned);
    measure!(sheet, "submit", "1 provider", make(&store, planned, Some(&key)));
    let planned = plan(&store, &sheet.world, &one, Some(&key));
    measure!(sheet, "plan_request", "replay", planned);
    let id: RequestId = id.parse().expect("a number");
    let found = store.request(&user, organisation, learner, id);
    measure!(sheet, "request", "1 provider", found);

    for id in 101..150 {
        sheet.world.add_provider(id, CROWDED).await;
    }
    let planned = plan(&store, &sheet.world, &[CROWDED], None);
    let planned = measure!(sheet, "plan_request", "50 providers, no key", planned);
    let id = measure!(sheet, "submit", "50 providers, no key", make(&store, planned, None));
    let id: RequestId = id.parse().expect("a number");
    let found = store.request(&user, organisation, learner, id);
    measure!(sheet, "request", "50 providers", found);
    let all = [World::PLAGIARISM, World::FACE, World::VOICE];
    let planned = plan(&store, &sheet.world, &all, None);
    measure!(sheet, "plan_request", "3 instruments, no key", planned);
}

async fn provider_side(sheet: &mut Sheet) {
    let caller = sheet.world.provider;
    let (store, id) = (sheet.on.store.clone(), caller.provider_id.to_string());
    let mut request = sheet.world.submit(&[World::PLAGIARISM]).await;
    let wanted = request.to_string();
    let mine = measure!(sheet, "own_result", "", store.own_result(&caller, &id, &wanted));
    let change = store.change_result(mine, |state| state.changed(processed(0.9)));
    measure!(sheet, "change_result", "first", change);
    let mine = own(&store, caller, request).await;
    let change = store.change_result(mine, |state| state.changed(processed(0.9)));
    measure!(sheet, "change_result", "same again", change);

    for _ in 1..50 {
        request = sheet.world.submit(&[World::PLAGIARISM]).await;
    }
    let last = sheet.world.answer(caller, request, 0.5, ResultCode::Ok).await;
    let by = |field| vec![Order { field, descending: false }];
    let query = |position, order, search: &str| ResultsQuery {
        limit: 10,
        position,
        order,
        search: Words::new(search),
    };
    let first = query(Position::Offset(0), Vec::new(), "");
    measure!(sheet, "own_results", "first 10", store.own_results(&caller, &id, &first));
    let next = query(Position::Before(last.id), Vec::new(), "");
    measure!(sheet, "own_results", "10 by cursor", store.own_results(&caller, &id, &next));
    let far = query(Position::Offset(40), Vec::new(), "");
    measure!(sheet, "own_results", "10 after 40", store.own_results(&caller, &id, &far));
    let sorted = query(Position::Offset(0), by(OrderField::Result), "");
    let sorted = store.own_results(&caller, &id, &sorted);
    measure!(sheet, "own_results", "10 of 50, other order", sorted);
    let found = query(Position::Offset(0), Vec::new(), "word");
    measure!(sheet, "own_results", "search in 50", store.own_results(&caller, &id, &found));
}

async fn delivery(sheet: &mut Sheet) {
    let store = sheet.on.store.clone();
    let ever = store.ids().now() + SignedDuration::from_mins(1);
    measure!(sheet, "outbox_before", "empty shard", store.outbox_before(0, ever, 100, None));
    let id = sheet.world.submit(&[World::PLAGIARISM]).await;
    let shard = u8::try_from(id.get() % u64::from(keys::OUTBOX_SHARDS)).expect("small");
    let page = store.outbox_before(shard, ever, 100, None);
    let page = measure!(sheet, "outbox_before", "1 row", page);
    let row = &page.rows[0];
    measure!(sheet, "outbox_delivered", "1 provider", store.outbox_delivered(row));
    measure!(sheet, "outbox_delivered", "again", store.outbox_delivered(row));
    for id in 101..150 {
        sheet.world.add_provider(id, CROWDED).await;
    }
    for _ in 0..2 {
        sheet.world.submit(&[CROWDED]).await;
    }
    let rows = sheet.world.outbox().await;
    let unsent: &[Task] = &rows[0].tasks[..1];
    measure!(sheet, "outbox_unsent", "1 of 50", store.outbox_unsent(&rows[0], unsent));
    measure!(sheet, "outbox_delivered", "50 providers", store.outbox_delivered(&rows[1]));
}

#[tokio::test]
async fn every_access_costs_what_the_page_says() {
    let mut measured = Costs::new();
    for part in 0..4 {
        let mut sheet = Sheet::new().await;
        match part {
            0 => sign_in_and_rights(&mut sheet).await,
            1 => intake(&mut sheet).await,
            2 => provider_side(&mut sheet).await,
            _ => delivery(&mut sheet).await,
        }
        measured.append(&mut sheet.costs);
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

#[test]
fn a_read_takes_two_rounds_at_most_and_a_write_one_write() {
    for ((name, case), cost) in page() {
        let cells: Vec<_> = cost.split(" | ").collect();
        let [_, rounds, calls, _, _] = cells[..] else { panic!("{name} {case}: {cost}") };
        let rounds: u32 = rounds.parse().expect("a number");
        assert!(rounds <= 2, "{name} {case}: {rounds} rounds");
        let is_write = |call: &&str| !["none", "Get", "Query"].iter().any(|r| call.contains(r));
        let writes: Vec<_> = calls.split(" + ").filter(is_write).collect();
        assert!(
            writes.len() <= 1 && writes.iter().all(|call| !call.contains('×')),
            "{name}: {calls}"
        );
        assert!(!calls.contains("Scan"), "{name} {case}: {calls}");
    }
}
