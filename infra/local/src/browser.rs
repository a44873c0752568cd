//! The browser that the console is tested in.

use std::path::PathBuf;

/// What names another one.
pub const CHOICE: &str = "CHROME";

/// Names that Chromium and its like go by.
const NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const ON_MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The one that `CHROME` names, or else one that is installed.
#[must_use]
pub fn found() -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os(CHOICE) {
        return Some(PathBuf::from(chosen));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = || std::env::split_paths(&path);
    let mut all = NAMES.iter().flat_map(|name| places().map(move |place| place.join(name)));
    let mac = PathBuf::from(ON_MACOS);
    all.find(|file| file.is_file()).or_else(|| mac.is_file().then_some(mac))
}
