//! Cold starts: from the start of a process to its first poll, and to its first answer, with the
//! share of a CPU that Lambda gives at a size of memory.
//!
//! The warm-up call is in it, and what it waits for: the embedded table, over plain HTTP. Lambda
//! gives a whole CPU while a function starts, and the share only from the first poll on; what is
//! told here is the worst that can be.

use std::process::Stdio;
use std::time::Duration;

use anyhow::Result;

use crate::aws::Aws;
use crate::binaries::Binaries;
use crate::lambda::Lambda;
use crate::quota::{Quota, WHOLE};
use crate::report::Figure;
use crate::{HELLO, loads};

/// Sizes of memory in MB: the least, the template's, and that of a whole CPU.
const SIZES: [u32; 3] = [128, 512, WHOLE];
/// The functions take turns, so that a busy machine is busy for all of them.
const ROUNDS: usize = 9;

/// The times of one function at one size.
#[derive(Debug, Default)]
struct Times {
    until_poll: Vec<Duration>,
    until_answer: Vec<Duration>,
    /// What of a CPU was used until the first answer, which no other program disturbs.
    used: Vec<Duration>,
}

pub(crate) async fn measure(binaries: &Binaries, aws: &Aws) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for memory in SIZES {
        let quota = match Quota::of(memory) {
            Ok(quota) => quota,
            Err(error) => {
                eprintln!("  skipped: {error:#}");
                return Ok(Vec::new());
            }
        };
        let names = [HELLO].into_iter().chain(binaries.serving());
        let mut all = names.map(|name| (name, Times::default())).collect::<Vec<_>>();
        for _ in 0..ROUNDS {
            for (name, times) in &mut all {
                times.add(&quota, name, binaries, aws).await?;
            }
        }
        let mut all = all.into_iter().map(|(name, times)| (name, times.medians()));
        let (_, bare) = all.next().unwrap_or_default();
        figures.extend(all.map(|(name, medians)| {
            let [poll, answer, used] = medians;
            let note = format!(
                "poll {poll:.1} to {:.1} ms; answer {answer:.1} to {:.1} ms; CPU {used:.1} to {:.1} ms",
                bare[0], bare[1], bare[2],
            );
            Figure { subject: format!("{memory} MB: {name}"), value: used / bare[2], note }
        }));
    }
    Ok(figures)
}

impl Times {
    async fn add(
        &mut self,
        quota: &Quota,
        name: &str,
        binaries: &Binaries,
        aws: &Aws,
    ) -> Result<()> {
        let load = loads::of(name, aws)?;
        let mut command = quota.command(&binaries.path(name));
        aws.prepare(&mut command, name);
        let mut lambda = Lambda::start_within(quota, command, &load, Stdio::null()).await?;
        let given = lambda.handle(&load, 1).await?;
        self.until_poll.push(lambda.until_poll);
        self.until_answer.push(lambda.until_poll + given);
        self.used.push(lambda.used()?);
        Ok(())
    }

    /// In milliseconds: until the first poll, until the first answer, and what was used.
    fn medians(self) -> [f64; 3] {
        [self.until_poll, self.until_answer, self.used].map(|mut times| {
            times.sort_unstable();
            times.get(times.len() / 2).copied().unwrap_or_default().as_secs_f64() * 1e3
        })
    }
}
