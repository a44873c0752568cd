//! `cargo dev`: the whole back end on one machine.

mod checks;
mod chromium;
mod code;
mod demo;
mod deploy;
mod documented;
mod emulator;
mod functions;
mod home;
mod logs;
mod process;
mod python;
mod reference;
mod seed;
mod stack;
mod totp;
mod up;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use attesta_dev::{inbox, redrive};
use clap::{Parser, Subcommand};

use crate::home::Home;

#[derive(Debug, Parser)]
#[command(name = "cargo dev", bin_name = "cargo dev", about = "The whole back end on one machine")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the local stack, or bring it up to date with the code
    Up {
        /// Accepted by habit: `up` always leaves the stack in the background
        #[arg(long)]
        detach: bool,
    },
    /// Stop the local stack; its state stays
    Down,
    /// Stop the local stack and forget its state
    Reset,
    /// Say what runs, and where
    Status,
    /// Show what the functions log
    Logs {
        /// One function's name; all of them if left out
        #[arg(value_parser = logs::function)]
        function: Option<String>,
        /// Keep showing new lines
        #[arg(long, short)]
        follow: bool,
    },
    /// Show what people were told by WhatsApp, e-mail, Slack and SMS
    Inbox {
        /// Keep showing what comes
        #[arg(long, short)]
        follow: bool,
        /// A line of JSON for each message
        #[arg(long)]
        json: bool,
    },
    /// Print the six digits that staff sign in with beside their password
    Code {
        /// Whose
        #[arg(value_enum, default_value_t)]
        of: code::Of,
    },
    /// Put dead letters back into the queues that gave up on them
    Redrive(redrive::Options),
    /// Send real texts to a provider and back
    Demo(demo::Options),
    /// Run every check there is, the journeys on a local stack of their own included
    Test {
        /// Which checks; all if left out
        stages: Vec<checks::Stage>,
    },
    /// Measure speed and memory of the release binaries
    Bench {
        /// Handed on to the benchmarks
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Write the OpenAPI document of each surface, as the code declares it
    Openapi {
        /// The directory to write to; where `/openapi` serves them from if left out
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Write a collection of requests for Bruno, with the local stack as an environment
    Bruno {
        /// The directory to write to; `.dev/bruno` if left out
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Check the licences and sources of the dependencies
    Audit,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode> {
    let home = Home::of_this_clone();
    match command {
        Command::Up { detach: _ } => {
            let stack = up::up(&home).await?;
            println!("\n{}", up::welcome(&home, &stack));
        }
        Command::Down => up::down(&home)?,
        Command::Reset => up::reset(&home)?,
        Command::Status => up::status(&home)?,
        Command::Logs { function, follow } => logs::show(&home, function.as_deref(), follow)?,
        Command::Inbox { follow, json } => {
            inbox::show(&home.chosen_stack_file(), follow, json).await?;
        }
        Command::Code { of } => println!("{}", code::now(&home.chosen_stack_file(), of)?),
        Command::Redrive(options) => redrive::run(&home.chosen_stack_file(), &options).await?,
        Command::Demo(options) => return demo::run(&home.chosen_stack_file(), options).await,
        Command::Test { stages } => checks::test(&home, &stages).await?,
        Command::Bench { arguments } => checks::bench(&home, &arguments)?,
        Command::Openapi { out } => reference::openapi(&home, out.as_deref())?,
        Command::Bruno { out } => reference::bruno(&home, out)?,
        Command::Audit => checks::audit(&home)?,
    }
    Ok(ExitCode::SUCCESS)
}
