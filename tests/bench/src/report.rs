//! Figures beside their goals.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::Measure;
use crate::binaries::here;

/// A figure; the less the better.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) subject: String,
    pub(crate) value: f64,
    /// What the figure was made of.
    pub(crate) note: String,
}

/// All figures of a run, with what each has to be.
#[derive(Debug)]
pub(crate) struct Report {
    held: BTreeMap<String, Held>,
    rows: Vec<(Measure, Figure)>,
}

/// What is held of a measure, as `held.yaml` has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    goal: f64,
    unit: String,
    tolerance: f64,
    #[serde(default)]
    reached: BTreeMap<String, f64>,
}

/// What a figure is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Met,
    /// As far from the goal as it was before.
    Missed,
    Worse,
}

impl Measure {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::ColdStart => "cold-start",
            Self::Instructions => "instructions",
            Self::Memory => "memory",
            Self::Size => "size",
            Self::Lists => "lists",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Start => "From process start to first poll, the warm-up apart, to hello's",
            Self::ColdStart => "Cold start: CPU time until the first answer, to hello's",
            Self::Instructions => "Instructions of a warm request, to hello's",
            Self::Memory => "Resident memory",
            Self::Size => "Zip",
            Self::Lists => "Read units of lists of organisations",
        }
    }
}

impl Held {
    fn verdict(&self, figure: &Figure) -> Verdict {
        let reached = self.reached.get(&figure.subject).copied().unwrap_or(self.goal);
        if figure.value <= self.goal {
            Verdict::Met
        } else if figure.value <= reached * (1.0 + self.tolerance) {
            Verdict::Missed
        } else {
            Verdict::Worse
        }
    }
}

impl Report {
    pub(crate) fn new() -> Result<Self> {
        let path = here().join("held.yaml");
        let text = fs::read_to_string(&path).context("could not read held.yaml")?;
        let held = yaml_serde::from_str(&text).context("held.yaml")?;
        Ok(Self { held, rows: Vec::new() })
    }

    pub(crate) fn add(&mut self, measure: Measure, figures: Vec<Figure>) -> Result<()> {
        let name = measure.name();
        self.held.get(name).with_context(|| format!("held.yaml holds nothing of {name}"))?;
        self.rows.extend(figures.into_iter().map(|figure| (measure, figure)));
        Ok(())
    }

    /// Whether no figure is worse than it was before.
    pub(crate) fn is_good(&self) -> bool {
        self.rows.iter().all(|(measure, figure)| {
            self.held.get(measure.name()).is_some_and(|h| h.verdict(figure) != Verdict::Worse)
        })
    }

    /// Writes `FIGURES.md`.
    pub(crate) fn save(&self) -> Result<()> {
        let path = here().join("FIGURES.md");
        let cores = std::thread::available_parallelism()?;
        let text = format!(
            "# Figures\n\nWritten by `cargo dev bench --save`, on {cores} cores. \
             What must not get worse stands in `held.yaml`.\n\n{self}"
        );
        fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::Worse => "WORSE",
        })
    }
}

/// Tables that read well as they are, and as Markdown.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = None;
        for (measure, figure) in &self.rows {
            let Some(held) = self.held.get(measure.name()) else { continue };
            if last != Some(*measure) {
                let gap = if last.is_some() { "\n" } else { "" };
                writeln!(f, "{gap}## {}\n", measure.title())?;
                writeln!(f, "| {:<25} |    figure |    goal | verdict | made of |", "")?;
                writeln!(f, "|{:-<27}|----------:|--------:|---------|---------|", "")?;
                last = Some(*measure);
            }
            let Figure { subject, value, note } = figure;
            let value = format!("{value:.2} {}", held.unit);
            let goal = format!("{} {}", held.goal, held.unit);
            let verdict = held.verdict(figure);
            writeln!(f, "| {subject:<25} | {value:>9} | {goal:>7} | {verdict:<7} | {note} |")?;
        }
        Ok(())
    }
}
