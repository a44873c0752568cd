//! Machines are judged by the table with every call.

use attesta_identity::{MachineCaller, MachineKey, Secret};
use attesta_model::{
    CredentialId, Error, Machine, MachineKind, OrganisationId, Scope, Scopes, Status,
};
use attesta_store::access::{CanChange, MachineClient};
use attesta_store::{Idempotency, NewClient};
use attesta_testing::World;
use jiff::SignedDuration;

fn operations(world: &World) -> Vec<&'static str> {
    world.store.meter().take().iter().map(|call| call.operation).collect()
}

fn of(world: &World, kind: MachineKind) -> Machine {
    let organisation = Some(world.organisation).filter(|_| kind.is_of_organisation());
    Machine::new(kind, organisation).expect("a machine")
}

/// A client with a token for all that its kind may do.
fn by_token(world: &World, id: CredentialId, kind: MachineKind) -> MachineCaller {
    let scopes = kind.scopes().iter().copied().collect();
    MachineCaller::Token { credential_id: id, machine: of(world, kind), scopes }
}

/// Both ways of a client to call.
fn both(world: &World, key: &MachineKey, kind: MachineKind) -> [MachineCaller; 2] {
    [by_token(world, key.id, kind), MachineCaller::Key(key.clone())]
}

async fn found(
    world: &World,
    caller: &MachineCaller,
    scope: Scope,
) -> Result<MachineClient, Error> {
    world.store.machine(caller, scope).await
}

fn is_unauthenticated(answer: &Result<MachineClient, Error>) -> bool {
    matches!(answer, Err(Error::Unauthenticated(_)))
}

#[tokio::test]
async fn every_kind_of_machine_reaches_what_its_kind_may_and_nothing_else() {
    let world = World::start().await;
    for kind in MachineKind::ALL {
        let key = world.client(kind).await;
        for caller in both(&world, &key, kind) {
            for scope in Scope::ALL {
                let answer = found(&world, &caller, scope).await;
                if kind.scopes().contains(&scope) {
                    let client = answer.expect("may");
                    assert_eq!((client.id(), client.machine()), (key.id, of(&world, kind)));
                } else {
                    assert_eq!(answer, Err(Error::forbidden()), "{kind:?} {scope:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_token_is_good_for_no_more_than_it_was_given_for() {
    let world = World::start().await;
    let key = world.client(MachineKind::Service).await;
    let narrow = MachineCaller::Token {
        credential_id: key.id,
        machine: of(&world, MachineKind::Service),
        scopes: Scopes::from_iter([Scope::CustomersRead]),
    };
    assert!(found(&world, &narrow, Scope::CustomersRead).await.is_ok());
    assert_eq!(found(&world, &narrow, Scope::CustomersWrite).await, Err(Error::forbidden()));
    let wide = MachineCaller::Token {
        credential_id: world.client(MachineKind::Member).await.id,
        machine: of(&world, MachineKind::Member),
        scopes: Scope::ALL.into_iter().collect(),
    };
    let refused = found(&world, &wide, Scope::Marketplace).await;
    assert_eq!(refused, Err(Error::forbidden()), "its credential lacks the scope");
}

#[tokio::test]
async fn a_machine_that_was_revoked_or_expired_counts_no_more_at_once() {
    let world = World::start().await;
    let key = world.client(MachineKind::Member).await;
    let callers = both(&world, &key, MachineKind::Member);
    world.revoke_client(key.id).await;
    for caller in &callers {
        assert!(is_unauthenticated(&found(&world, caller, Scope::SubTpps).await));
    }

    let machine = of(&world, MachineKind::Member);
    let expires_at = Some(world.store.ids().now() + SignedDuration::from_mins(5));
    let scopes = Scopes::from_iter([Scope::SubTpps]);
    let new = NewClient { name: "brief".to_owned(), scopes, expires_at };
    let plan = world.store.plan_client(&world.staff, machine, None).await.expect("a plan");
    let (credential, secret) = world.store.create_client(&plan, new, None).await.expect("made");
    let key = MachineKey { id: credential.id, secret };
    let callers = both(&world, &key, MachineKind::Member);
    for (seconds, counts) in [(299, true), (1, false)] {
        world.clock.advance(SignedDuration::from_secs(seconds));
        for caller in &callers {
            let answer = found(&world, caller, Scope::SubTpps).await;
            assert_eq!((answer.is_ok(), is_unauthenticated(&answer)), (counts, !counts));
        }
    }
}

#[tokio::test]
async fn a_machine_counts_as_long_as_its_organisation_may_act() {
    let world = World::start().await;
    let key = world.client(MachineKind::Reseller).await;
    let service = world.client(MachineKind::Service).await;
    for (status, counts) in [
        (Status::Inactive, false),
        (Status::Pending, false),
        (Status::Deleted, false),
        (Status::Verified, true),
    ] {
        world.set_organisation_status(status).await;
        for caller in both(&world, &key, MachineKind::Reseller) {
            let answer = found(&world, &caller, Scope::ProviderInstances).await;
            assert_eq!((answer.is_ok(), is_unauthenticated(&answer)), (counts, !counts));
        }
        for caller in both(&world, &service, MachineKind::Service) {
            assert!(found(&world, &caller, Scope::CustomersRead).await.is_ok());
        }
    }
}

#[tokio::test]
async fn a_token_that_says_another_kind_or_organisation_than_the_table_is_refused() {
    let world = World::start().await;
    let key = world.client(MachineKind::Csp).await;
    let elsewhere = Machine::new(MachineKind::Csp, Some(world.other_organisation));
    let nowhere = OrganisationId(world.store.ids().uuid().expect("random"));
    let nowhere = Machine::new(MachineKind::Csp, Some(nowhere));
    for machine in [
        elsewhere.expect("a machine"),
        nowhere.expect("a machine"),
        of(&world, MachineKind::Reseller),
        of(&world, MachineKind::Service),
    ] {
        let scopes = Scopes::from_iter(Scope::ALL);
        let caller = MachineCaller::Token { credential_id: key.id, machine, scopes };
        assert!(is_unauthenticated(&found(&world, &caller, Scope::ProviderInstances).await));
    }
    let provider = by_token(&world, world.provider.credential_id, MachineKind::Csp);
    assert!(is_unauthenticated(&found(&world, &provider, Scope::ProviderInstances).await));
    let secret = world.secret.clone();
    let provider = MachineCaller::Key(MachineKey { id: world.provider.credential_id, secret });
    assert!(is_unauthenticated(&found(&world, &provider, Scope::ProviderInstances).await));
}

#[tokio::test]
async fn a_key_that_nobody_has_costs_and_says_what_a_wrong_secret_does() {
    let world = World::start().await;
    let key = world.client(MachineKind::Partner).await;
    let wrong = MachineKey { id: key.id, secret: Secret::new(Secret::CLIENT, &[7; 32]) };
    let id = CredentialId(world.store.ids().uuid().expect("random"));
    let unknown = MachineKey { id, secret: key.secret.clone() };
    let mut seen = Vec::new();
    for key in [wrong, unknown] {
        let answer = found(&world, &MachineCaller::Key(key), Scope::Marketplace).await;
        seen.push((answer, operations(&world)));
    }
    assert_eq!(seen[0], seen[1]);
    let invalid = Err(Error::Unauthenticated("Invalid credentials"));
    assert_eq!(seen[0], (invalid, vec!["BatchGetItem"]));
}

#[tokio::test]
async fn both_secrets_count_while_one_takes_over_from_the_other() {
    let world = World::start().await;
    let old = world.client(MachineKind::Partner).await;
    let managed = world.store.managed_client::<CanChange>(&world.staff, &old.id.to_string()).await;
    let managed = managed.expect("a client");
    let overlap = SignedDuration::from_mins(5);
    let (_, secret) = world.store.rotate_client_secret(&managed, overlap).await.expect("rotated");
    let again = world.store.rotate_client_secret(&managed, overlap).await;
    assert!(matches!(again, Err(Error::Conflict { code: "busy", .. })), "it was seen before that");
    let new = MachineKey { id: old.id, secret };
    let counts = async |key: &MachineKey| {
        found(&world, &MachineCaller::Key(key.clone()), Scope::Marketplace).await.is_ok()
    };
    assert_eq!((counts(&old).await, counts(&new).await), (true, true));
    world.clock.advance(overlap);
    assert_eq!((counts(&old).await, counts(&new).await), (false, true));
}

#[tokio::test]
async fn use_is_noted_by_keys_and_sign_ins_once_an_hour() {
    let world = World::start().await;
    let key = world.client(MachineKind::Partner).await;
    let [by_token, by_key] = both(&world, &key, MachineKind::Partner);
    let read = vec!["BatchGetItem"];
    let noted = vec!["BatchGetItem", "BatchGetItem", "UpdateItem"];
    for (minutes, caller, cost) in [
        (0, &by_token, &read),
        (0, &by_key, &noted),
        (59, &by_key, &noted[..2].to_vec()),
        (1, &by_token, &read),
        (0, &by_key, &noted),
    ] {
        world.clock.advance(SignedDuration::from_mins(minutes));
        found(&world, caller, Scope::Marketplace).await.expect("may");
        assert_eq!(&operations(&world), cost);
    }
    let role = world.provider.credential_id.to_string();
    for (minutes, cost) in [(0, &noted), (59, &noted[..2].to_vec()), (1, &noted)] {
        world.clock.advance(SignedDuration::from_mins(minutes));
        world.store.sign_in_provider(&role, world.secret.expose()).await.expect("in");
        assert_eq!(&operations(&world), cost);
    }
}

#[tokio::test]
async fn a_call_that_races_with_its_own_key_makes_one_client() {
    let world = World::start().await;
    let machine = of(&world, MachineKind::Service);
    let user = world.staff.user_id;
    let key = Idempotency::new(None, user, "clients", "k", &[b"body"]);
    let new = || NewClient { name: "one".to_owned(), scopes: Scopes::default(), expires_at: None };
    let plan = async || world.store.plan_client(&world.staff, machine, Some(&key)).await;
    let plans = [plan().await.expect("a plan"), plan().await.expect("a plan")];
    let made = world.store.create_client(&plans[0], new(), Some(&key)).await.expect("made");
    let refused = world.store.create_client(&plans[1], new(), Some(&key)).await;
    let Err(Error::Conflict { code: "made_before", message }) = refused.map(|(it, _)| it.id) else {
        panic!("made twice");
    };
    assert!(message.contains(&made.0.id.to_string()), "{message}");
    let later = plan().await.map(|_| ());
    assert!(matches!(later, Err(Error::Conflict { code: "made_before", .. })));
}

#[tokio::test]
async fn a_key_of_the_platforms_staff_is_not_one_of_an_organisations() {
    let world = World::start().await;
    let user = world.staff.user_id;
    let machine = of(&world, MachineKind::Service);
    let keys = [
        Idempotency::new(None, user, "clients", "k", &[]),
        Idempotency::new(world.organisation, user, "clients", "k", &[]),
    ];
    for key in keys {
        let new = NewClient { name: "x".to_owned(), scopes: Scopes::default(), expires_at: None };
        let plan = world.store.plan_client(&world.staff, machine, Some(&key)).await;
        let made = world.store.create_client(&plan.expect("a plan"), new, Some(&key)).await;
        assert!(made.is_ok());
    }
}
