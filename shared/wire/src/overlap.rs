//! How long what is replaced still counts.

use attesta_model::Reason;
use jiff::SignedDuration;
use serde_json::Value;

use crate::Field;

/// How long the secrets before still count, in minutes: up to a week, and an
/// hour unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap(pub SignedDuration);

impl Overlap {
    const MOST: i64 = 7 * 24 * 60;
}

impl Default for Overlap {
    fn default() -> Self {
        Self(SignedDuration::from_mins(60))
    }
}

impl Field for Overlap {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let minutes = i64::from_value(value)?;
        let refusal = |bound: &str| Reason::Rule(format!("Ensure this value is {bound}."));
        match minutes {
            ..0 => Err(refusal("greater than or equal to 0")),
            0..=Self::MOST => Ok(Self(SignedDuration::from_mins(minutes))),
            _ => Err(refusal(&format!("less than or equal to {}", Self::MOST))),
        }
    }
}
