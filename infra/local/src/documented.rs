//! The commands that README.md and CONTRIBUTING.md name, run as they stand there.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::home::{self, Home};
use crate::process;

/// How long a command that goes on must have gone on.
const WHILE: Duration = Duration::from_secs(5);

/// What becomes of a command here.
#[derive(Debug, Clone, Copy)]
enum Case {
    /// It ends well, and tells this.
    Ends(&'static str),
    /// It goes on until it is ended.
    GoesOn,
    /// It isn't run, because of this.
    LeftOut(&'static str),
}

use Case::{Ends, GoesOn, LeftOut};

/// Every command of the pages, in the order they are run in.
const COMMANDS: [(&str, Case); 32] = [
    ("cargo dev up && cargo dev demo", Ends("0 lost, 0 doubled")),
    ("cargo dev up", Ends("The API is at")),
    ("cargo dev status", Ends("answers")),
    ("cargo dev logs tokens", Ends("handled")),
    ("cargo dev logs --follow", GoesOn),
    ("cargo dev inbox", Ends("")),
    ("cargo dev inbox --follow", GoesOn),
    ("cargo dev code", Ends("")),
    ("cargo dev code staff-readonly", Ends("")),
    ("cargo dev redrive", Ends("directory")),
    ("cargo dev openapi", Ends("")),
    ("cargo dev bruno", Ends("")),
    ("cargo dev down", Ends("Stopping")),
    ("cargo dev reset", Ends("Nothing runs")),
    ("cargo dev --help", Ends("Usage: cargo dev")),
    ("cargo nextest run -E 'package(attesta-store)'", Ends("")),
    ("cargo dev test", LeftOut("it is what runs this")),
    ("cargo dev test lints tests", LeftOut("the same, in part")),
    (
        "UPDATE_TABLES=1 cargo nextest run -E 'package(attesta-tests)'",
        LeftOut("the tests ran already, and must not write"),
    ),
    ("cargo dev bench", LeftOut("it builds everything for release, for half an hour")),
    ("cargo dev audit", LeftOut("it wants cargo-deny")),
    (
        "RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir tests/fuzz credentials -- -max_total_time=60",
        LeftOut("it wants cargo-fuzz"),
    ),
    ("cargo lambda watch -A ::1 --env-file .dev/functions.env", LeftOut(NO_CARGO_LAMBDA)),
    ("cargo lambda invoke system --data-file events/system.json", LeftOut(NO_CARGO_LAMBDA)),
    ("cargo lambda build --release --arm64", LeftOut(NO_CARGO_LAMBDA)),
    ("sam build", LeftOut(NO_CARGO_LAMBDA)),
    ("ARCHITECTURE=x86_64 sam build", LeftOut(NO_CARGO_LAMBDA)),
    ("sam local start-api", LeftOut(NO_CONTAINERS)),
    (
        "sam local invoke SystemFunction -e events/system.json --parameter-overrides Architecture=x86_64",
        LeftOut(NO_CONTAINERS),
    ),
    ("cargo lambda deploy attesta-dev-system --binary-name system", LeftOut(TO_AWS)),
    ("sam deploy --config-env staging", LeftOut(TO_AWS)),
    ("sam deploy --config-env staging --template-file infra/template.yaml", LeftOut(TO_AWS)),
];

const NO_CARGO_LAMBDA: &str = "it wants cargo-lambda";
const NO_CONTAINERS: &str = "it wants a container engine";
const TO_AWS: &str = "it goes to AWS";

/// Runs them on a stack of their own, which is forgotten afterwards.
pub(crate) fn check(home: &Home) -> Result<()> {
    let ran = COMMANDS.iter().try_for_each(|(command, case)| match case {
        LeftOut(reason) => {
            println!("{command}\n    left out: {reason}");
            Ok(())
        }
        Ends(tells) => process::step(command, || ends(home, command, tells)),
        GoesOn => process::step(command, || goes_on(home, command)),
    });
    let ended = ends(home, "cargo dev reset", "");
    ran.and(ended)
}

fn ends(home: &Home, command: &str, tells: &str) -> Result<()> {
    let told = process::output(&mut shell(home, command))?;
    ensure!(told.contains(tells), "`{command}` doesn't tell {tells:?}, but:\n{told}");
    Ok(())
}

fn goes_on(home: &Home, command: &str) -> Result<()> {
    let mut shell = shell(home, command);
    shell.stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut child = shell.spawn().context("could not start a shell")?;
    let start = Instant::now();
    while start.elapsed() < WHILE {
        if child.try_wait()?.is_some() {
            let output = child.wait_with_output()?;
            anyhow::bail!("`{command}` ended:\n{}", process::tail(&output));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    end(&mut child)
}

/// Ends a shell and all that it started. Not as Ctrl-C would: who is started in the
/// background may not hear that.
fn end(child: &mut Child) -> Result<()> {
    process::output(Command::new("kill").args(["-TERM", "--", &format!("-{}", child.id())]))?;
    child.wait()?;
    Ok(())
}

fn shell(home: &Home, command: &str) -> Command {
    let mut shell = Command::new("bash");
    shell
        .args(["-c", command])
        .current_dir(&home.root)
        .env(home::CHOICE, home.dev.join("commands"))
        .env_remove("ATTESTA_STACK");
    process::forget_cargo(&mut shell);
    shell
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const PAGES: [&str; 2] =
        [include_str!("../../../README.md"), include_str!("../../../CONTRIBUTING.md")];

    /// What a line of a page that is a command begins with.
    const PROGRAMS: [&str; 2] = ["cargo", "sam"];

    /// The commands of a page: lines of its blocks, and what stands in its text
    /// as code.
    fn commands(page: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (at, block) in page.split("```").enumerate() {
            match (at % 2 == 1, block.strip_prefix("sh\n")) {
                (true, Some(lines)) => found.extend(lines.lines().map(without_comment)),
                (true, None) => {}
                (false, _) => {
                    found.extend(block.split('`').skip(1).step_by(2).map(str::to_owned));
                }
            }
        }
        found.retain(|command| is_command(command));
        found
    }

    fn without_comment(line: &str) -> String {
        line.split("  #").next().unwrap_or_default().trim().to_owned()
    }

    /// A program's name alone, or a part of one, names the program.
    fn is_command(text: &str) -> bool {
        let words = text.split(' ').skip_while(|word| word.contains('=')).collect::<Vec<_>>();
        match words[..] {
            ["sam", "build"] => true,
            [program, _, _, ..] => PROGRAMS.contains(&program),
            _ => false,
        }
    }

    #[test]
    fn what_the_pages_name_is_run_and_nothing_else() {
        let named = PAGES.into_iter().flat_map(commands).collect::<BTreeSet<_>>();
        let known = COMMANDS.map(|(command, _)| command.to_owned());
        assert_eq!(named, known.into());
    }

    #[test]
    fn commands_are_found_in_blocks_and_in_text() {
        let page = "Say `cargo dev up`, not `cargo dev` or `make`.\n\
                    ```text\ncargo dev none\n```\n\
                    ```sh\nA=1 cargo nextest run  # tests\nls\n```\n\
                    Then `sam deploy --config-env dev`.";
        let found = ["A=1 cargo nextest run", "cargo dev up", "sam deploy --config-env dev"];
        assert_eq!(commands(page), found.map(str::to_owned).into());
    }
}
