//! What is logged.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How much is logged, from little to much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What went wrong.
    Error,
    /// And what may.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
    /// And everything.
    Trace,
}

/// What is logged, and of which parts of the code more or less than of the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logging {
    /// How much of everything.
    pub level: LogLevel,
    /// Of what more or less.
    pub filter: LogFilter,
}

/// Directives with commas between, each a target, which stands for all that
/// begins like it, and its level: `attesta_store=debug,attesta_wire=off`. A
/// target alone is logged whole, and a level alone is that of everything. May be
/// empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogFilter(String);

/// A text that is no filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a filter of the log")]
pub struct NotAFilter;

/// The longest filter that is taken, in characters.
const MOST: usize = 1_000;
/// So many directives are taken.
const MOST_DIRECTIVES: usize = 50;

/// What of a target is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Directive<'a> {
    /// The target; none where it is everything.
    pub target: Option<&'a str>,
    /// How much; none where it is nothing.
    pub level: Option<LogLevel>,
}

impl<'a> Directive<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let level = |text: &str| match text {
            "off" => Some(None),
            text => text.parse().ok().map(Some),
        };
        if let Some(level) = level(text) {
            return Some(Self { target: None, level });
        }
        let (target, level) = match text.split_once('=') {
            Some((target, text)) => (target, level(text)?),
            None => (text, Some(LogLevel::Trace)),
        };
        let is_of_targets = |byte: u8| byte.is_ascii_alphanumeric() || b"_:-".contains(&byte);
        let is_target = !target.is_empty() && target.bytes().all(is_of_targets);
        is_target.then_some(Self { target: Some(target), level })
    }
}

impl LogFilter {
    /// What it is made of.
    pub fn directives(&self) -> impl Iterator<Item = Directive<'_>> {
        parts(&self.0).filter_map(Directive::read)
    }

    /// The filter as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LogFilter {
    type Err = NotAFilter;

    fn from_str(text: &str) -> Result<Self, NotAFilter> {
        let is_sound = text.len() <= MOST
            && parts(text).count() <= MOST_DIRECTIVES
            && parts(text).all(|part| Directive::read(part).is_some());
        is_sound.then(|| Self(text.to_owned())).ok_or(NotAFilter)
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// A text that is no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a log level")]
pub struct NotALevel;

impl LogLevel {
    /// All, from little to much.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl FromStr for LogLevel {
    type Err = NotALevel;

    fn from_str(text: &str) -> Result<Self, NotALevel> {
        Self::ALL.into_iter().find(|level| level.name() == text).ok_or(NotALevel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_told_by_their_names_alone() {
        for level in LogLevel::ALL {
            assert_eq!(level.name().parse(), Ok(level));
            assert_eq!(serde_json::to_value(level).expect("a value"), level.name());
        }
        for bad in ["", "INFO", "Off", "verbose", "0"] {
            assert_eq!(bad.parse::<LogLevel>(), Err(NotALevel), "{bad}");
        }
    }

    #[test]
    fn a_filter_is_read_directive_by_directive() {
        let filter: LogFilter =
            "warn, attesta_store::table=debug,attesta_wire,x=off".parse().expect("one");
        let found: Vec<_> = filter.directives().map(|one| (one.target, one.level)).collect();
        let expected = [
            (None, Some(LogLevel::Warn)),
            (Some("attesta_store::table"), Some(LogLevel::Debug)),
            (Some("attesta_wire"), Some(LogLevel::Trace)),
            (Some("x"), None),
        ];
        assert_eq!(found, expected);
        assert_eq!("".parse::<LogFilter>().expect("one").directives().count(), 0);
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let long = "a".repeat(MOST + 1);
        let many = "a,".repeat(MOST_DIRECTIVES + 1);
        for bad in ["a=", "=debug", "a=b", "a b", "a[x]=debug", "a=debug=info", "*", &long, &many] {
            assert_eq!(bad.parse::<LogFilter>(), Err(NotAFilter), "{bad}");
        }
    }
}
