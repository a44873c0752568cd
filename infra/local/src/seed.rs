//! The small world that a new stack starts with.

mod catalogue;
mod channels;
mod people;
mod secrets;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use attesta_model::{CredentialId, OrganisationId, SystemSource, UserId};
use attesta_reference_provider::http::Client;
use attesta_store::Store;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;
use serde::{Deserialize, Serialize};

use crate::deploy::{self, AwsUser, Outputs, STACK};
use crate::emulator::{self, Emulator};
use crate::home::{Home, read_json, remove, write_json};
use crate::stack::{Account, Aws, Provider, Stack, UserPool};

/// Goes up when the world changes, so that stacks already seeded get the new one.
const VERSION: u32 = 5;

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
    provider: Option<Machine>,
}

/// Somebody who signs in.
#[derive(Debug, Serialize, Deserialize)]
struct Person {
    id: UserId,
    email: String,
    password: String,
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
    let config = sdk_config(&aws).await;
    let table = aws_sdk_dynamodb::Client::new(&config);
    let store = Store::new(table, &outputs.table_name, Arc::new(SystemSource));

    let mut world: World = match read_json(&file(home)) {
        Some(world) => world,
        None => made_up(&store)?,
    };
    if world.staff_readonly.is_none() {
        world.staff_readonly = Some(person(&store, "reader@attesta.example")?);
    }
    let inbox = emulator.inbox_url();
    let places = [&outputs.table_name, &outputs.user_pool_id, &aws.endpoint_url, &inbox];
    let wanted = format!("{VERSION} {places:?}");
    if world.written != wanted {
        // First of all kept: a run that breaks off is taken up with the same names.
        write_json(&file(home), &world)?;
        channels::write(&config, &outputs.messenger_secret_arn, &inbox).await?;
        people::write(&config, &outputs.user_pool_id, &world).await?;
        catalogue::write_organisation(&store, &world).await?;
        let worker = deploy::aws_user(home, emulator, &format!("{STACK}-worker"))?;
        let known = world.provider;
        let machine = catalogue::write_provider(&store, &config, worker, known).await?;
        world.provider = Some(machine);
        world.written = wanted;
        write_json(&file(home), &world)?;
    }
    described(home, emulator, aws, outputs, world)
}

/// Forgets the world's names and secrets.
pub(crate) fn forget(home: &Home) -> Result<()> {
    remove(&file(home))
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
        owner: person(store, "owner@college.example")?,
        user: person(store, "user@college.example")?,
        provider: None,
    })
}

fn person(store: &Store, email: &str) -> Result<Person> {
    let ids = store.ids();
    let email = email.to_owned();
    Ok(Person { id: UserId(ids.uuid()?), email, password: secrets::password(ids)? })
}

fn described(
    home: &Home,
    emulator: &Emulator,
    aws: Aws,
    outputs: &Outputs,
    world: World,
) -> Result<Stack> {
    let machine = world.provider.context("the world has no provider")?;
    let reader = world.staff_readonly.context("the world has no staff who may look alone")?;
    let account = |person: Person| Account { username: person.email, password: person.password };
    let pool = UserPool {
        id: outputs.user_pool_id.clone(),
        client_id: outputs.user_pool_client_id.clone(),
    };
    let relay_failures = format!("{STACK}-relay-failures");
    // The template's output has the port that the stack was first made on.
    let beside = machine.queue_url.strip_suffix(&machine.queue).unwrap_or_default();
    let relay_failures_url = format!("{beside}{relay_failures}");
    Ok(Stack {
        base_url: emulator.base_url(),
        aws,
        table: outputs.table_name.clone(),
        bucket: outputs.data_bucket_name.clone(),
        user_pools: BTreeMap::from([("main".to_owned(), pool)]),
        queues: BTreeMap::from([
            (format!("{}-dead", machine.queue), machine.dead_url),
            (machine.queue, machine.queue_url.clone()),
            (relay_failures, relay_failures_url),
        ]),
        staff: account(world.staff),
        staff_readonly: account(reader),
        owner: account(world.owner),
        user: account(world.user),
        organisation_id: world.organisation.to_string(),
        inbox: emulator::inbox(home),
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

async fn sdk_config(aws: &Aws) -> SdkConfig {
    let (id, secret) = (aws.access_key_id.as_str(), aws.secret_access_key.as_str());
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(aws.region.clone()))
        .endpoint_url(&aws.endpoint_url)
        .credentials_provider(Credentials::new(id, secret, None, None, "local"))
        .http_client(Client::new().for_sdk())
        .load()
        .await
}
