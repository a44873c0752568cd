//! Configuration from the environment.

use std::env;

/// Reads settings, and remembers which were missing.
#[derive(Debug, Default)]
pub struct Settings {
    missing: Vec<&'static str>,
}

/// Settings that must be there and aren't: all of them, not just the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing(Vec<&'static str>);

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "missing in the environment: {}", self.0.join(", "))
    }
}

impl std::error::Error for Missing {}

impl Settings {
    /// A setting that must be there; empty, and noted, where it isn't.
    pub fn required(&mut self, name: &'static str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.missing.push(name);
            String::new()
        })
    }

    /// A setting that may be absent. Empty counts as absent.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// To be asked once everything was read.
    ///
    /// # Errors
    /// [`Missing`], with every name.
    pub fn check(self) -> Result<(), Missing> {
        if self.missing.is_empty() { Ok(()) } else { Err(Missing(self.missing)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_missing_name_is_told_at_once() {
        let mut settings = Settings::default();
        assert!(!settings.required("PATH").is_empty());
        assert_eq!(settings.required("ATTESTA_NOT_THERE"), "");
        assert_eq!(settings.required("ATTESTA_NOT_THERE_EITHER"), "");
        let told = settings.check().expect_err("two are missing").to_string();
        assert_eq!(told, "missing in the environment: ATTESTA_NOT_THERE, ATTESTA_NOT_THERE_EITHER");
    }
}
