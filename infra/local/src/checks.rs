//! The checks that a change has to pass, on a laptop as in CI.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::home::Home;
use crate::process::{self, cargo};
use crate::{chromium, documented, emulator, python, stack, up};

/// One check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// The code's layout
    Formatting,
    /// Clippy, with every warning denied
    Lints,
    /// The documentation, with every warning denied
    Documentation,
    /// Tests that need nothing but this machine
    Tests,
    /// The templates
    Template,
    /// Tests through a local stack of their own: those marked `#[ignore]`
    Journeys,
    /// The commands that README.md and CONTRIBUTING.md name, on another
    Commands,
}

/// Runs the stages given, or all, and says how long each took.
pub(crate) async fn test(home: &Home, stages: &[Stage]) -> Result<()> {
    let stages = if stages.is_empty() { Stage::value_variants() } else { stages };
    let mut took = Vec::new();
    for stage in stages {
        println!("\n== {stage:?}");
        let start = Instant::now();
        check(home, *stage).await.with_context(|| format!("{stage:?}"))?;
        took.push((stage, start.elapsed()));
    }
    println!();
    for (stage, time) in took {
        println!("{:<16}{:6.1} s", format!("{stage:?}"), time.as_secs_f64());
    }
    Ok(())
}

async fn check(home: &Home, stage: Stage) -> Result<()> {
    let mut cargo = cargo(home);
    match stage {
        Stage::Formatting => process::run(cargo.args(["fmt", "--all", "--check"])),
        Stage::Lints => {
            cargo.args(["clippy", "--workspace", "--all-targets", "--locked"]);
            process::run(cargo.args(["--", "--deny", "warnings"]))
        }
        Stage::Documentation => {
            cargo.args(["doc", "--workspace", "--no-deps", "--locked"]);
            process::run(cargo.env("RUSTDOCFLAGS", "--deny warnings"))
        }
        Stage::Tests => process::run(&mut tests(home, Which::Local)),
        Stage::Template => {
            python::LOCAL_AWS.ready(home)?;
            template_checks(home).iter_mut().try_for_each(process::run)
        }
        Stage::Journeys => journeys(&home.for_tests()).await,
        Stage::Commands => documented::check(home),
    }
}

/// Runs the benchmarks on release binaries.
pub(crate) fn bench(home: &Home, arguments: &[String]) -> Result<()> {
    process::run(cargo(home).args(["run", "--quiet", "--bin=attesta-bench", "--"]).args(arguments))
}

/// Looks at the dependencies' licences, sources and bans with cargo-deny.
pub(crate) fn audit(home: &Home) -> Result<()> {
    if !process::exists(&mut Command::new("cargo-deny")) {
        bail!("cargo-deny is missing; install it with `cargo install --locked cargo-deny`");
    }
    process::run(cargo(home).args(["deny", "check", "bans", "licenses", "sources"]))
}

/// The journeys through a fresh stack, which is stopped whatever comes of them; then
/// what rights they took.
async fn journeys(home: &Home) -> Result<()> {
    python::PUBLISHED_WORKER.ready(home)?;
    chromium::ready()?;
    up::reset(home)?;
    let ended = match up::up(home).await {
        Ok(_) => {
            let run =
                |which| process::run(tests(home, which).env("ATTESTA_STACK", home.stack_file()));
            run(Which::Journeys).and_then(|()| run(Which::Rights))
        }
        Err(error) => Err(error),
    };
    up::down(home)?;
    ended
}

/// Some of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    /// Those that need nothing but this machine.
    Local,
    /// Those through a local stack.
    Journeys,
    /// What looks back at these.
    Rights,
}

/// All of these tests, with nextest where there is one.
fn tests(home: &Home, which: Which) -> Command {
    const LAST: &str = "rights::used::";
    let mut command = cargo(home);
    let nextest = process::exists(&mut Command::new("cargo-nextest"));
    command.args(if nextest { &["nextest", "run", "--no-tests=pass"][..] } else { &["test"] });
    command.args(["--workspace", "--locked"]);
    let filter = format!("test(/^{LAST}/)");
    match (which, nextest) {
        (Which::Local, _) => &mut command,
        (Which::Journeys, true) => {
            command.args(["--run-ignored=only", "-E", &format!("not {filter}")])
        }
        (Which::Rights, true) => command.args(["--run-ignored=only", "-E", &filter]),
        (Which::Journeys, false) => command.args(["--", "--ignored", "--skip", LAST]),
        (Which::Rights, false) => command.args(["--", "--ignored", LAST]),
    };
    command
}

/// What is deployed, and what watches it.
const TEMPLATES: [&str; 2] = ["infra/template.yaml", "infra/operations.yaml"];

/// What SAM makes of the templates, what `CloudFormation` makes of them, and what is
/// released.
fn template_checks(home: &Home) -> Vec<Command> {
    // The client wants a region even where it asks nobody.
    let nowhere = stack::Aws {
        endpoint_url: "http://127.0.0.1:9".to_owned(),
        region: emulator::REGION.to_owned(),
        access_key_id: "none".to_owned(),
        secret_access_key: "none".to_owned(),
    };
    let tool = |name: &str| emulator::client(home, &nowhere, name);
    let of_each = TEMPLATES.iter().flat_map(|template| {
        let (mut sam, mut cfn_lint) = (tool("sam"), tool("cfn-lint"));
        sam.args(["validate", "--lint", "--template-file", template]);
        cfn_lint.args(["--regions", emulator::REGION, "--template", template]);
        [sam, cfn_lint]
    });
    let mut releases = tool("python");
    releases.arg(home.tool("releases.py")).arg(TEMPLATES[0]);
    of_each.chain([releases]).collect()
}
