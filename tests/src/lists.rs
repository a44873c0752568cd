//! The committed lists and tables beside the contracts, in `tests/contract/`.
//!
//! With `UPDATE_TABLES=1` a test rewrites its list; the change then shows in the diff.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where the lists are.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contract")
}

/// The text of a list; empty if there is none yet.
#[must_use]
pub fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_default()
}

/// The lines of a list without comments and empty lines.
pub fn entries(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim_end);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Compares a list with what it ought to be, or rewrites it if asked to.
///
/// # Panics
/// With the lines that are too many or too few.
pub fn assert_listed(name: &str, expected: &str) {
    let listed = read(name);
    if listed == expected {
        return;
    }
    if std::env::var_os("UPDATE_TABLES").is_some() {
        std::fs::write(folder().join(name), expected).expect("the list can be written");
        return;
    }
    let difference = difference(&listed, expected);
    panic!("tests/contract/{name} differs (- listed, + found):\n{difference}");
}

/// The lines that only one of two texts has, in their order.
#[must_use]
pub fn difference(listed: &str, found: &str) -> String {
    let only = |sign: char, of: &str, not: &str| {
        let not = not.lines().collect::<BTreeSet<_>>();
        let lines = of.lines().filter(|line| !not.contains(line));
        lines.map(|line| format!("{sign} {line}\n")).collect::<String>()
    };
    let lines = only('-', listed, found) + &only('+', found, listed);
    if lines.is_empty() { "only in the order or number of lines\n".to_owned() } else { lines }
}

/// The list of additions: a line an operation, sorted by path.
#[must_use]
pub fn additions(found: &BTreeMap<String, BTreeSet<String>>) -> String {
    let mut lines = found.iter().collect::<Vec<_>>();
    lines.sort_by_key(|(operation, _)| by_path(operation));
    let lines = lines.into_iter().map(|(operation, additions)| {
        let additions = additions.iter().map(String::as_str).collect::<Vec<_>>();
        format!("{operation}: {}\n", additions.join(", "))
    });
    let heading = "# What the code declares beyond the contracts: whole operations, or what stands in one\n\
                   # (an answer's status, a property, a value). A test compares it in both directions.\n";
    heading.to_owned() + &lines.collect::<String>()
}

/// The list of what is not yet built: a count, then an operation a line, sorted.
#[must_use]
pub fn unbuilt(found: &BTreeSet<String>) -> String {
    let lines = found.iter().map(|operation| format!("{operation}\n"));
    let heading = format!("# at most {} operations; this list only shrinks\n", found.len());
    heading + &lines.collect::<String>()
}

/// The number in the first line of the list of what is not yet built.
#[must_use]
pub fn ceiling(list: &str) -> Option<usize> {
    list.strip_prefix("# at most ")?.split(' ').next()?.parse().ok()
}

/// What is in a list of the not yet built that wasn't in an earlier version, its count included.
#[must_use]
pub fn grown(now: &str, earlier: &str) -> Vec<String> {
    let before = entries(earlier).collect::<BTreeSet<_>>();
    let back = entries(now).filter(|line| !before.contains(line));
    let mut grown = back.map(str::to_owned).collect::<Vec<_>>();
    if ceiling(now) > ceiling(earlier) {
        grown.extend(now.lines().next().map(str::to_owned));
    }
    grown
}

/// A key that sorts `METHOD path` by path.
#[must_use]
pub fn by_path(operation: &str) -> (String, String) {
    let (method, path) = operation.split_once(' ').unwrap_or_default();
    (path.to_owned(), method.to_owned())
}

/// Every committed version of a list, newest first; none where there is no history to ask.
#[must_use]
pub fn history(name: &str) -> Vec<String> {
    let git = |arguments: &[&str]| {
        let output =
            std::process::Command::new("git").args(arguments).current_dir(folder()).output();
        let output = output.ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    };
    let commits = git(&["log", "--format=%H", "--", name]).unwrap_or_default();
    let versions = commits.lines();
    versions.filter_map(|commit| git(&["show", &format!("{commit}:./{name}")])).collect()
}
