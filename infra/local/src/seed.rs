//! The small world that a new stack starts with.

mod catalogue;
mod channels;
mod people;
mod secrets;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use attesta_cognito::UserPool as Pool;
use attesta_model::{CredentialId, OrganisationId, SystemSource, UserId};
use attesta_store::Store;
use aws_config::SdkConfig;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::deploy::{self, AwsUser, Outputs, STACK};
use crate::emulator::Emulator;
use crate::home::{Home, read_json, remove, write_json};
use crate::stack::{Account, Aws, Provider, Stack, UserPool};

/// Goes up when the world changes, so that stacks already seeded get the new one.
const VERSION: u32 = 7;

/// Who and what was made up for this stack, kept in `.dev/world.json`.
#[derive(Debug, Serialize, Deserialize)]
struct World {
    /// Which world was written where; empty before one was.
    written: String,
    organisation: OrganisationId,
    staff: Person,
    /// Not in worlds of older versions.
    staff_readonly: Option<Person>,
    owner: Person,
    user: Person,
    /// Not in worlds of older versions.
    marketplace_user: Option<Person>,
    provider: Option<Machine>,
}

/// Somebody who signs in.
#[derive(Debug, Serialize, Deserialize)]
struct Person {
    id: UserId,
    email: String,
    password: String,
    phone: Option<String>,
    /// What the user pool calls them, once they are in it.
    subject: Option<Uuid>,
    /// Of staff, what their authenticator makes codes of.
    totp: Option<String>,
}

/// A provider's credential and its queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Machine {
    role: CredentialId,
    secret: String,
    queue: String,
    queue_url: String,
    dead_url: String,
    /// Who the worker is to AWS: may use that queue, and nothing else.
    worker: AwsUser,
}

/// Writes the world unless it is there, and tells about it.
pub(crate) async fn seeded(home: &Home, emulator: &Emulator, outputs: &Outputs) -> Result<Stack> {
    let aws = emulator.aws();
    let config = aws.sdk_config().await;
    let table = aws_sdk_dynamodb::Client::new(&config);
    let store = Store::new(table, &outputs.table_name, Arc::new(SystemSource));

    let mut world: World = match read_json(&file(home)) {
        Some(world) => world,
        None => made_up(&store)?,
    };
    if world.staff_readonly.is_none() {
        world.staff_readonly = Some(person(&store, "reader@attesta.example")?);
    }
    if world.marketplace_user.is_none() {
        world.marketplace_user = Some(person(&store, "mara@market.example")?);
    }
    // Numbers that are nobody's.
    world.owner.phone = Some("+447700900001".to_owned());
    world.user.phone = Some("+447700900002".to_owned());
    let inbox = emulator.inbox_url();
    let places = [&outputs.table_name, &outputs.user_pool_id, &aws.endpoint_url, &inbox];
    let wanted = format!("{VERSION} {places:?}");
    if world.written != wanted {
        // First of all kept: a run that breaks off is taken up with the same names.
        write_json(&file(home), &world)?;
        channels::write(&config, &outputs.messenger_secret_arn, &inbox).await?;
        channels::write_assurance(&config, &outputs.red_tractor_secret_arn).await?;
        let main = pool(&config, &outputs.user_pool_id, &outputs.user_pool_client_id);
        let marketplace =
            pool(&config, &outputs.marketplace_pool_id, &outputs.marketplace_client_id);
        people::write(&main, &marketplace, &mut world).await?;
        // The pool asks the table before it lets anybody in.
        catalogue::write_organisation(&store, &world).await?;
        // Whichever function wants it first would make it, and be another each time.
        store.page_key().await?;
        second_factors(home, &main, &store, &mut world).await?;
        let worker = deploy::aws_user(home, emulator, &format!("{STACK}-worker"))?;
        let known = world.provider;
        let machine = catalogue::write_provider(&store, &config, worker, known).await?;
        world.provider = Some(machine);
        world.written = wanted;
        write_json(&file(home), &world)?;
    }
    described(emulator, aws, outputs, world)
}

/// Forgets the world's names and secrets.
pub(crate) fn forget(home: &Home) -> Result<()> {
    remove(&file(home))
}

/// Gives the staff authenticators. A secret is kept before it counts, so that a run
/// that breaks off locks nobody out.
async fn second_factors(home: &Home, pool: &Pool, store: &Store, world: &mut World) -> Result<()> {
    let mut begun = Vec::new();
    for person in [&mut world.staff].into_iter().chain(&mut world.staff_readonly) {
        begun.push(people::begin_totp(pool, person).await?);
    }
    write_json(&file(home), world)?;
    let staff = [&world.staff].into_iter().chain(&world.staff_readonly);
    for (person, begun) in staff.zip(begun) {
        if let Some(begun) = begun {
            people::finish_totp(pool, store.ids(), person, &begun).await?;
        }
    }
    Ok(())
}

fn pool(config: &SdkConfig, id: &str, client: &str) -> Pool {
    Pool::new(config, id.to_owned(), client.to_owned())
}

fn file(home: &Home) -> PathBuf {
    home.dev.join("world.json")
}

fn made_up(store: &Store) -> Result<World> {
    Ok(World {
        written: String::new(),
        organisation: OrganisationId(store.ids().uuid()?),
        staff: person(store, "staff@attesta.example")?,
        staff_readonly: None,
        marketplace_user: None,
        owner: person(store, "owner@college.example")?,
        user: person(store, "user@college.example")?,
        provider: None,
    })
}

fn person(store: &Store, email: &str) -> Result<Person> {
    let ids = store.ids();
    let email = email.to_owned();
    Ok(Person {
        id: UserId(ids.uuid()?),
        email,
        password: secrets::password(ids)?,
        phone: None,
        subject: None,
        totp: None,
    })
}

fn described(emulator: &Emulator, aws: Aws, outputs: &Outputs, world: World) -> Result<Stack> {
    let machine = world.provider.context("the world has no provider")?;
    let reader = world.staff_readonly.context("the world has no staff who may look alone")?;
    let marketplace_user = world.marketplace_user.context("the world has nobody to move")?;
    let account = |person: Person| Account {
        id: person.id.to_string(),
        username: person.email,
        password: person.password,
        phone: person.phone,
        totp_secret: person.totp,
    };
    let pool =
        |id: &String, client_id: &String| UserPool { id: id.clone(), client_id: client_id.clone() };
    let main = pool(&outputs.user_pool_id, &outputs.user_pool_client_id);
    let marketplace = pool(&outputs.marketplace_pool_id, &outputs.marketplace_client_id);
    let relay_failures = format!("{STACK}-relay-failures");
    // The template's output has the port that the stack was first made on.
    let beside = machine.queue_url.strip_suffix(&machine.queue).unwrap_or_default();
    let relay_failures_url = format!("{beside}{relay_failures}");
    Ok(Stack {
        base_url: emulator.base_url(),
        console_url: emulator.console_url(),
        aws,
        table: outputs.table_name.clone(),
        bucket: outputs.data_bucket_name.clone(),
        user_pools: BTreeMap::from([
            ("main".to_owned(), main),
            ("marketplace".to_owned(), marketplace),
        ]),
        queues: BTreeMap::from([
            (format!("{}-dead", machine.queue), machine.dead_url),
            (machine.queue, machine.queue_url.clone()),
            (relay_failures, relay_failures_url),
        ]),
        staff: account(world.staff),
        staff_readonly: account(reader),
        owner: account(world.owner),
        user: account(world.user),
        marketplace_user: account(marketplace_user),
        organisation_id: world.organisation.to_string(),
        assurance_url: emulator.assurance_url(),
        provider: Provider {
            id: catalogue::PROVIDER,
            role_id: machine.role.to_string(),
            secret_id: machine.secret,
            queue_url: machine.queue_url,
            aws_principal: machine.worker.arn,
            aws_access_key_id: machine.worker.id,
            aws_secret_access_key: machine.worker.secret,
        },
    })
}
