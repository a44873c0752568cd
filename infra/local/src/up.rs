//! From nothing, or from whatever is there, to a stack that answers.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::emulator::Emulator;
use crate::home::{Home, read_json, remove, write_json};
use crate::stack::Stack;
use crate::{deploy, emulator, functions, process, python, seed};

/// Answers once the functions do, and needs no sign-in.
const HEALTH: &str = "/.well-known/jwks.json";
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts, builds, deploys and seeds what isn't yet.
pub(crate) async fn up(home: &Home) -> Result<Stack> {
    let start = Instant::now();
    let _turn = home.lock()?;
    python::LOCAL_AWS.ready(home)?;
    let packages = functions::built(home)?;
    let emulator = Emulator::started(home)?;
    let outputs = deploy::deployed(home, &emulator, &packages)?;
    process::begin("Seeding a small world");
    let seeding = Instant::now();
    let stack = seed::seeded(home, &emulator, &outputs).await?;
    process::done(seeding);
    process::step("Waiting for the API", || healthy(home, &emulator))?;
    write_json(&home.stack_file(), &stack)?;
    process::begin("Ready");
    process::done(start);
    Ok(stack)
}

/// Stops the local AWS; its state stays.
pub(crate) fn down(home: &Home) -> Result<()> {
    let _turn = home.lock()?;
    match Emulator::running(home) {
        Some(emulator) => emulator.stop(home),
        None => {
            println!("Nothing runs.");
            Ok(())
        }
    }
}

/// Stops the local AWS and forgets what it and the seeding knew.
pub(crate) fn reset(home: &Home) -> Result<()> {
    down(home)?;
    let _turn = home.lock()?;
    emulator::forget(home)?;
    deploy::forget(home)?;
    seed::forget(home)?;
    remove(&home.stack_file())
}

/// Prints what runs.
pub(crate) fn status(home: &Home) -> Result<()> {
    let Some(emulator) = Emulator::running(home) else {
        println!("Nothing runs; start it with `cargo dev up`.");
        return Ok(());
    };
    let api = match emulator.get(HEALTH) {
        Some(200) => "answers",
        Some(_) => "answers with an error",
        None => "does not answer",
    };
    println!("HTTP API   {}  {api}", emulator.base_url());
    println!("console    {}", emulator.console_url());
    println!("local AWS  {}", emulator.aws().endpoint_url);
    println!("its log    {}", emulator::log(home).display());
    if let Some(stack) = read_json::<Stack>(&home.stack_file()) {
        println!("table      {}", stack.table);
        for (name, url) in &stack.queues {
            println!("queue      {name}  {url}");
        }
        println!("sign-in    {}", home.stack_file().display());
    }
    Ok(())
}

/// What to tell somebody who just started the stack.
pub(crate) fn welcome(home: &Home, stack: &Stack) -> String {
    format!(
        "The API is at {base}\n\
         The console is at {console}\n\n  \
         staff     {staff} / {staff_password}\n  \
         reader    {reader} / {reader_password}\n  \
         owner     {owner} / {owner_password}\n  \
         user      {user} / {user_password}\n  \
         provider  {role} / {secret}\n\n\
         All of it, for programs: {file}\n\n\
         Next:\n  \
         curl -s {base}/customers/auth/login -H 'content-type: application/json' \\\n    \
         -d '{{\"username\": \"{owner}\", \"password\": \"{owner_password}\"}}'\n  \
         cargo dev code             what staff sign in with beside the password\n  \
         cargo dev demo             a document to a provider and back\n  \
         cargo dev logs --follow    what the functions say\n  \
         cargo dev inbox --follow   what people are told\n  \
         cargo dev up               again after a change of code\n  \
         cargo dev redrive          what queues gave up on, and back with it\n  \
         cargo dev down             stop; `cargo dev reset` forgets everything too",
        base = stack.base_url,
        console = stack.console_url,
        staff = stack.staff.username,
        staff_password = stack.staff.password,
        reader = stack.staff_readonly.username,
        reader_password = stack.staff_readonly.password,
        owner = stack.owner.username,
        owner_password = stack.owner.password,
        user = stack.user.username,
        user_password = stack.user.password,
        role = stack.provider.role_id,
        secret = stack.provider.secret_id,
        file = home.stack_file().display(),
    )
}

fn healthy(home: &Home, emulator: &Emulator) -> Result<()> {
    let start = Instant::now();
    loop {
        let answer = emulator.get(HEALTH);
        if answer == Some(200) {
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            bail!(
                "the API does not get healthy (GET {HEALTH}: {answer:?}); see `cargo dev logs tokens` and {}",
                emulator::log(home).display()
            );
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
