//! What samples coming in, their validations and what waits cost.

use attesta_model::verification::{ValidationChange, ValidationState, ValidationStatus};
use attesta_model::{InstrumentId, Result, SampleId};
use attesta_store::{Idempotency, Planned, SamplePlan, Store};
use attesta_testing::World;

use crate::access_patterns::Sheet;

/// An instrument whose fifty providers a world may have.
const CROWDED: u64 = World::INTEGRITY;

async fn plan(
    store: &Store,
    world: &World,
    instrument: u64,
    key: Option<&Idempotency>,
) -> Result<Planned<SamplePlan>> {
    let instrument = InstrumentId::new(instrument).expect("in range");
    store.plan_sample(&world.user, world.organisation, world.learner, instrument, key).await
}

async fn take(
    store: &Store,
    planned: Planned<SamplePlan>,
    key: Option<&Idempotency>,
) -> Result<String> {
    match planned {
        Planned::Same(answer) => Ok(answer),
        Planned::New(plan) => {
            let data = "samples/0197f0a0-0000-7000-8000-000000000000";
            store.take_sample(&plan, data, key, |taken| Ok(taken.sample.id.to_string())).await
        }
    }
}

fn to(status: ValidationStatus) -> ValidationChange {
    ValidationChange { status: Some(status), ..ValidationChange::default() }
}

pub(crate) async fn intake(sheet: &Sheet) {
    let (world, store) = (&sheet.world, sheet.on.store.clone());
    world.set_validating(&[world.provider]).await;
    let planned = plan(&store, world, World::PLAGIARISM, None);
    let planned = sheet.measure("plan_sample", "1 provider, no key", planned).await;
    let taken = take(&store, planned, None);
    let id = sheet.measure("take_sample", "1 provider, no key", taken).await;
    let key = Idempotency::new(world.organisation, world.user.user_id, "enrolment", "key", &[]);
    let planned = plan(&store, world, World::PLAGIARISM, Some(&key));
    let planned = sheet.measure("plan_sample", "1 provider", planned).await;
    let taken = take(&store, planned, Some(&key));
    sheet.measure("take_sample", "1 provider", taken).await;
    let id: SampleId = id.parse().expect("a number");
    let found = store.sample(&world.user, world.organisation, world.learner, id);
    sheet.measure("sample", "1 provider", found).await;
}

pub(crate) async fn crowd(sheet: &Sheet) {
    let (world, store) = (&sheet.world, sheet.on.store.clone());
    let found = store.enrolled(&world.user, world.organisation, world.learner);
    sheet.measure("enrolled", "nothing yet", found).await;
    let mut crowd = vec![world.other_provider];
    for id in 101..150 {
        crowd.push(world.add_provider(id, CROWDED).await.0);
    }
    world.set_validating(&crowd).await;
    let planned = plan(&store, world, CROWDED, None).await.expect("a plan");
    let taken = take(&store, planned, None);
    let id = sheet.measure("take_sample", "50 providers, no key", taken).await;
    let id: SampleId = id.parse().expect("a number");
    let found = store.sample(&world.user, world.organisation, world.learner, id);
    sheet.measure("sample", "50 providers", found).await;
    let late = store.time_out_validations(id);
    sheet.measure("time_out_validations", "50 late", late).await;
    let late = store.time_out_validations(id);
    sheet.measure("time_out_validations", "none of 50 late", late).await;
}

pub(crate) async fn waiting(sheet: &Sheet) {
    let (world, store) = (&sheet.world, sheet.on.store.clone());
    for id in 101..150 {
        world.add_provider(id, CROWDED).await;
    }
    let request = world.submit(&[CROWDED]).await;
    sheet.measure("look_again", "50 to ask", store.look_again(request, 0)).await;
    let staff = world.store.staff(&world.staff).await.expect("staff");
    sheet.measure("ask_again", "50 to ask", store.ask_again(&staff, request)).await;
    sheet.measure("look_again", "50 given up", store.look_again(request, 2)).await;
    let request = world.submit(&[CROWDED]).await;
    let cancelled = store.cancel(&world.user, world.organisation, world.learner, request);
    sheet.measure("cancel", "50 open", cancelled).await;
    let found = store.histograms(&world.user, world.organisation, world.learner);
    sheet.measure("histograms", "none yet", found).await;
}

pub(crate) async fn validations(sheet: &Sheet) {
    let (world, store) = (&sheet.world, sheet.on.store.clone());
    let (second, _) = world.add_provider(101, World::PLAGIARISM).await;
    world.set_validating(&[world.provider, second]).await;
    let id = world.hand_in(World::PLAGIARISM).await;
    let (learner, sample) = (world.learner.to_string(), id.to_string());
    let caller = world.provider;
    let found = store.sample_and_own_validation(&caller, "1", &learner, &sample);
    sheet.measure("sample_and_own_validation", "", found).await;
    let number = world.own_validation(caller, id).await.row().id.to_string();
    let found = store.own_validation(&caller, "1", (&learner, &sample), &number);
    let own = sheet.measure("own_validation", "", found).await;
    let valid = to(ValidationStatus::Valid);
    let changed = store.change_validation(own, &valid);
    sheet.measure("change_validation", "first of 2", changed).await;
    let own = world.own_validation(caller, id).await;
    let changed = store.change_validation(own, &valid);
    sheet.measure("change_validation", "same again", changed).await;
    let message = ValidationChange {
        error_message: Some(Some("dark".to_owned())),
        ..ValidationChange::default()
    };
    let own = world.own_validation(caller, id).await;
    let changed = store.change_validation(own, &message);
    sheet.measure("change_validation", "not the status", changed).await;
    let own = world.own_validation(second, id).await;
    let changed = store.change_validation(own, &valid);
    sheet.measure("change_validation", "last of 2, valid", changed).await;
    let own = world.own_validation(second, id).await;
    sheet.measure("delete_validation", "", store.delete_validation(own)).await;
    let found = store.sample_and_own_validation(&second, "101", &learner, &sample).await;
    let (own, _) = found.expect("its own").expect("a sample");
    let state = ValidationState::new(ValidationStatus::Error);
    sheet.measure("create_validation", "", store.create_validation(&own, state)).await;
}
