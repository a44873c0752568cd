//! The share of a CPU that Lambda gives at a size of memory, as the kernel's own quota.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::process::Command;
use tokio::time::sleep;

/// The memory that brings a whole CPU, in MB.
pub(crate) const WHOLE: u32 = 1769;
/// How often the share is given anew, in microseconds.
const PERIOD: u32 = 20_000;
/// Goes into the group, waits until it is told to, and becomes the function.
const ENTRANCE: &str = r#"echo $$ > "$1/cgroup.procs" && read -r _ && exec "$0""#;

/// A control group with a share, which is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Quota(PathBuf);

impl Quota {
    /// The share of a CPU that so many MB of memory bring.
    pub(crate) fn of(memory: u32) -> Result<Self> {
        let name = format!("attesta-bench-{}-{memory}", std::process::id());
        let share = u64::from(PERIOD) * u64::from(memory) / u64::from(WHOLE);
        let old = Path::new("/sys/fs/cgroup/cpu");
        let is_old = old.join("cpu.cfs_quota_us").exists();
        let at = if is_old { old } else { Path::new("/sys/fs/cgroup") };
        let group = at.join(name);
        fs::create_dir(&group).with_context(|| format!("no group at {}", group.display()))?;
        let quota = Self(group);
        if is_old {
            quota.set("cpu.cfs_period_us", &PERIOD.to_string())?;
            quota.set("cpu.cfs_quota_us", &share.to_string())?;
        } else {
            quota.set("cpu.max", &format!("{share} {PERIOD}"))?;
        }
        Ok(quota)
    }

    /// A program that starts inside when a line is written to it.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", ENTRANCE]).arg(program).arg(&self.0);
        command
    }

    /// Waits until a process is inside, and has slept off what going in cost.
    pub(crate) async fn entered(&self, process: u32) -> Result<()> {
        let process = process.to_string();
        while !fs::read_to_string(self.0.join("cgroup.procs"))?.lines().any(|line| line == process)
        {
            sleep(Duration::from_millis(1)).await;
        }
        sleep(Duration::from_micros(u64::from(PERIOD) * 2)).await;
        Ok(())
    }

    fn set(&self, name: &str, value: &str) -> Result<()> {
        let path = self.0.join(name);
        fs::write(&path, value).with_context(|| path.display().to_string())
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // What is left of it does no harm.
        let _ = fs::remove_dir(&self.0);
    }
}
