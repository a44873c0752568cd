//! Having a browser to test the console in.

use std::process::Command;

use anyhow::{Result, anyhow, bail};
use attesta_dev::browser;

use crate::process;

const HOW: &str = "the console is tested in Chromium or Chrome, and none was found.\n  \
    Debian: sudo apt install chromium\n  \
    Ubuntu, Fedora: install the package from https://www.google.com/chrome\n  \
    macOS: brew install --cask google-chrome\n\
    One that is elsewhere can be named in CHROME.";

/// Installs one, unless there is one, where that can be done without asking.
pub(crate) fn ready() -> Result<()> {
    if browser::found().is_some() {
        return Ok(());
    }
    let Some(way) = way_to_install() else { bail!(HOW) };
    let apt = |arguments: &[&str]| {
        let mut command = Command::new(way[0]);
        command.args(&way[1..]).args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]);
        process::output(command.args(arguments))
    };
    process::step("Installing Chromium (once)", || {
        apt(&["update"])?;
        apt(&["install", "--yes", "--no-install-recommends", "chromium"])
    })
    .map_err(|error| anyhow!("{error:#}\n\n{HOW}"))?;
    if browser::found().is_none() {
        bail!(HOW);
    }
    Ok(())
}

/// What Debian's package manager is to be started with, if there is one and we may
/// use it without a password.
fn way_to_install() -> Option<&'static [&'static str]> {
    let succeeds = |command: &mut Command| command.output().is_ok_and(|done| done.status.success());
    if !succeeds(Command::new("apt-get").arg("--version")) {
        return None;
    }
    let id = process::output(Command::new("id").arg("-u")).unwrap_or_default();
    if id.trim() == "0" {
        return Some(&["env"]);
    }
    succeeds(Command::new("sudo").args(["-n", "true"])).then_some(&["sudo", "-n", "env"])
}
