//! Measures speed, memory and size of the functions' release binaries.
//!
//! Functions run as on the platform: a stand-in of the Lambda Runtime API hands
//! them events, the embedded DynamoDB is their table. What takes time is told
//! as a ratio to the bare `hello` function, measured in the same run, so that
//! figures of different machines can be compared.

mod aws;
mod binaries;
mod cold;
mod instructions;
mod lambda;
mod lists;
mod loads;
mod memory;
mod quota;
mod report;
mod size;
mod start;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum};

use crate::aws::Aws;
use crate::binaries::Binaries;
use crate::report::Report;

/// What they are measured against.
const HELLO: &str = "hello";

#[derive(Debug, Parser)]
#[command(name = "cargo dev bench", bin_name = "cargo dev bench")]
struct Arguments {
    /// Write the figures to `tests/bench/FIGURES.md` too
    #[arg(long)]
    save: bool,
    /// Measure this alone; may be given more than once
    #[arg(long, value_enum)]
    only: Vec<Measure>,
    /// Measure this function alone; may be given more than once
    #[arg(long = "function")]
    functions: Vec<String>,
    /// Lists of at most so many organisations
    #[arg(long, default_value_t = 100_000)]
    most: usize,
    /// Measure the binaries of this directory, rather than build them
    #[arg(long)]
    binaries: Option<PathBuf>,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Measure {
    /// From the start of the process to its first poll
    Start,
    /// From the start of the process to its first poll and first answer, with Lambda's shares of a CPU
    ColdStart,
    /// Instructions of a warm request
    Instructions,
    /// Resident memory
    Memory,
    /// Size of the zip that is deployed
    Size,
    /// Read units of lists that grow
    Lists,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Measures; whether all figures are as good as they have to be.
async fn run(arguments: Arguments) -> Result<bool> {
    let is_wanted =
        |measure: &Measure| arguments.only.is_empty() || arguments.only.contains(measure);
    let binaries = match arguments.binaries {
        Some(directory) => Binaries::of(directory, &arguments.functions)?,
        // Lists are the store's alone.
        None if arguments.only == [Measure::Lists] => Binaries::of(PathBuf::new(), &[])?,
        None => Binaries::build(&arguments.functions)?,
    };
    let aws = Aws::start().await?;
    let mut report = Report::new()?;
    for &measure in Measure::value_variants() {
        if !is_wanted(&measure) {
            continue;
        }
        eprintln!("Measuring {} ...", measure.name());
        let figures = match measure {
            Measure::Start => start::measure(&binaries, &aws).await?,
            Measure::ColdStart => cold::measure(&binaries, &aws).await?,
            Measure::Instructions => instructions::measure(&binaries, &aws).await?,
            Measure::Memory => memory::measure(&binaries, &aws).await?,
            Measure::Size => size::measure(&binaries)?,
            Measure::Lists => lists::measure(arguments.most).await?,
        };
        report.add(measure, figures)?;
    }
    println!("\n{report}");
    if arguments.save {
        report.save()?;
    }
    Ok(report.is_good())
}
