//! The seeded organisation, instruments and provider in the table.

use anyhow::{Context, Result};
use attesta_messaging::{ProviderQueue, QueueNames};
use attesta_model::{
    Instrument, InstrumentId, OWNER, Organisation, Polarity, Profile, Provider, ProviderId, Staff,
    Thresholds, User, UserId,
};
use attesta_store::{Seed, Store};
use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use jiff::Timestamp;

use crate::deploy::{AwsUser, STACK};

use super::{Machine, Person, World};

/// The seeded provider's number.
pub(super) const PROVIDER: u64 = 1;
/// The instrument that it implements: plagiarism.
const INSTRUMENT: u64 = 5;

/// Number, name, acronym, and whether it tells of identity, originality, authorship.
/// All but plagiarism need an enrolment.
const INSTRUMENTS: [(u64, &str, &str, [bool; 3]); 5] = [
    (1, "Face Recognition", "fr", [true, false, false]),
    (2, "Keystroke Dynamics", "ks", [true, false, false]),
    (3, "Voice Recognition", "vr", [true, false, false]),
    (4, "Forensic Analysis", "fa", [true, false, true]),
    (INSTRUMENT, "Plagiarism Detection", "plag", [false, true, false]),
];

/// Writes the organisation, its people and the staff.
pub(super) async fn write_organisation(store: &Store, world: &World) -> Result<()> {
    let now = store.ids().now();
    let organisation = Organisation::new(world.organisation, "Example College", now);
    let organisation = Organisation { owner_id: Some(world.owner.id), ..organisation };
    let seed = Seed(store);
    seed.organisation(&organisation).await?;
    let staff = [("Sam Staff", Staff::Admin), ("Rae Reader", Staff::ReadOnly)];
    for (person, (name, staff)) in
        [&world.staff].into_iter().chain(&world.staff_readonly).zip(staff)
    {
        let staff = Some(staff);
        let user = User { staff, second_factor: true, ..user(person, name, None, now) };
        seed.user(&user).await?;
    }
    for (person, name, role) in
        [(&world.owner, "Olive Owner", OWNER), (&world.user, "Uma User", "user")]
    {
        seed.user(&user(person, name, Some(&organisation), now)).await?;
        let profile = profile(person.id, &organisation, role);
        seed.profile(&profile).await?;
    }
    Ok(())
}

/// Writes the instruments and the provider, with a queue and a credential of its own.
pub(super) async fn write_provider(
    store: &Store,
    config: &SdkConfig,
    worker: AwsUser,
    known: Option<Machine>,
) -> Result<Machine> {
    let now = store.ids().now();
    let seed = Seed(store);
    for (id, name, acronym, [identity, originality, authorship]) in INSTRUMENTS {
        let instrument = Instrument {
            id: InstrumentId::new(id).context("too large")?,
            name: name.to_owned(),
            acronym: acronym.to_owned(),
            queue: format!("tesla_{acronym}"),
            enabled: true,
            requires_enrolment: identity,
            description: None,
            identity,
            originality,
            authorship,
            integrity: false,
            options_schema: None,
            created_at: now,
            updated_at: now,
            revision: 0,
        };
        seed.instrument(&instrument).await?;
    }
    let provider_id = ProviderId::new(PROVIDER).context("too large")?;
    let instrument_id = InstrumentId::new(INSTRUMENT).context("too large")?;
    let names = QueueNames::new(STACK, provider_id);
    let queue = attesta_messaging::create(&Client::new(config), &names, Some(&worker.arn)).await?;
    let provider = provider(provider_id, instrument_id, (&queue, &worker), now);
    seed.provider(&provider).await?;
    let (role, secret) = match known {
        Some(machine) => {
            seed.credential_list(provider_id, machine.role).await?;
            (machine.role, machine.secret)
        }
        None => {
            let (role, secret) = seed.credential(&provider).await?;
            (role, secret.expose().to_owned())
        }
    };
    Ok(Machine {
        role,
        secret,
        queue: queue.name,
        queue_url: queue.url,
        dead_url: queue.dead_url,
        worker,
    })
}

fn provider(
    id: ProviderId,
    instrument_id: InstrumentId,
    (queue, worker): (&ProviderQueue, &AwsUser),
    now: Timestamp,
) -> Provider {
    Provider {
        id,
        instrument_id,
        name: "Shingles".to_owned(),
        acronym: "shingles".to_owned(),
        queue: queue.name.clone(),
        queue_url: queue.url.clone(),
        principal: worker.arn.parse().ok(),
        description: Some("Compares texts with a corpus by their word shingles".to_owned()),
        url: None,
        version: "1.0.0".to_owned(),
        image: "attesta/reference-provider:1.0.0".to_owned(),
        allow_validation: false,
        validation_active: false,
        enabled: true,
        has_service: false,
        service_port: None,
        options_schema: None,
        options: None,
        thresholds: Thresholds {
            alert_below: Some(0.5),
            warning_below: Some(0.8),
            polarity: Polarity::Normal,
        },
        listing_id: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        revision: 0,
    }
}

fn user(person: &Person, name: &str, organisation: Option<&Organisation>, now: Timestamp) -> User {
    let user = User::new(person.id, name, &person.email, now);
    User {
        phone: person.phone.clone(),
        subject: person.subject,
        organisation_id: organisation.map(|organisation| organisation.id),
        ..user
    }
}

fn profile(user_id: UserId, organisation: &Organisation, role: &str) -> Profile {
    Profile::new(user_id, organisation.id, vec![role.to_owned()])
}
