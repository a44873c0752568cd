//! A provider's model of a learner, and the lock that one task at a time holds
//! on it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Error, Problem, Reason, Result, TaskId};

/// How long a task that says nothing holds a model.
pub const LOCK_LIFETIME: SignedDuration = SignedDuration::from_hours(5);

/// The most samples that a model is made of.
pub const MOST_USED: usize = 50_000;

/// Who holds a model, if anybody does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The task.
    #[serde(rename = "locked_by", default, skip_serializing_if = "Option::is_none")]
    pub by: Option<TaskId>,
    /// Since when, or when it last said so; to the millisecond.
    #[serde(
        rename = "locked_at",
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub at: Option<Timestamp>,
    /// Goes up by one each time that it changes hands.
    #[serde(rename = "lock_number")]
    pub number: u32,
}

impl Lock {
    /// A lock that a task is the first to hold.
    #[must_use]
    pub const fn first(task: TaskId, now: Timestamp) -> Self {
        Self { by: Some(task), at: Some(now), number: 1 }
    }

    /// Whether a task may change the model: nobody else holds it.
    ///
    /// # Errors
    /// [`Error::Invalid`] where somebody does, in words that clients look for.
    pub fn allows(&self, task: TaskId) -> Result<()> {
        if self.by.is_none_or(|by| by == task) { Ok(()) } else { Err(Self::refusal()) }
    }

    /// What is told to a task that another one is before.
    #[must_use]
    pub fn refusal() -> Error {
        let reason = Reason::Rule("Model is locked".to_owned());
        Error::Invalid(vec![Problem { field: None, reason }])
    }

    /// The time such that a lock from before it may be taken from its holder.
    #[must_use]
    pub fn stale_before(now: Timestamp) -> Timestamp {
        now - LOCK_LIFETIME
    }

    /// The lock after its holder let go of it.
    #[must_use]
    pub const fn released(self) -> Self {
        Self { by: None, at: None, number: self.number }
    }

    /// The lock after it was undone by whoever knows its token, which is the
    /// holder's identifier.
    ///
    /// # Errors
    /// [`Error::WrongState`] where nobody holds it, [`Error::Forbidden`] where
    /// it is another who does.
    pub fn undone(self, token: TaskId) -> Result<Self> {
        match self.by {
            None => Err(Error::WrongState("Model is not locked")),
            Some(by) if by == token => Ok(self.released()),
            Some(_) => Err(Error::Forbidden("Invalid unlock token")),
        }
    }
}

/// How far a model is made: what the provider says, from 0 to 999.99.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percentage(f64);

impl Percentage {
    /// Takes a number that can be one.
    ///
    /// # Errors
    /// Why it can't.
    pub fn new(value: f64) -> Result<Self, Reason> {
        const MOST: f64 = 999.99;
        if (0.0..=MOST).contains(&value) {
            return Ok(Self(value));
        }
        let bound = if value > MOST { "less than or equal to 999.99" } else { LEAST };
        Err(Reason::Rule(format!("Ensure this value is {bound}.")))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

const LEAST: &str = "greater than or equal to 0";

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const A: TaskId = TaskId(Uuid::from_u128(1));
    const B: TaskId = TaskId(Uuid::from_u128(2));
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn a_held_model_is_its_holders_alone_and_a_free_one_anybodys() {
        let held = Lock::first(A, NOW);
        assert_eq!(held.allows(A), Ok(()));
        assert_eq!(held.allows(B), Err(Lock::refusal()));
        let free = held.released();
        assert_eq!((free.allows(A), free.allows(B)), (Ok(()), Ok(())));
        assert_eq!((free.by, free.at, free.number), (None, None, 1));
    }

    #[test]
    fn a_lock_is_undone_with_its_token_alone() {
        let held = Lock::first(A, NOW);
        assert_eq!(held.undone(B), Err(Error::Forbidden("Invalid unlock token")));
        let free = held.undone(A).expect("the holder's");
        assert_eq!(free, held.released());
        assert_eq!(free.undone(A), Err(Error::WrongState("Model is not locked")));
    }

    #[test]
    fn a_percentage_is_within_its_bounds() {
        for good in [0.0, 0.3, 100.0, 999.99] {
            assert_eq!(Percentage::new(good).map(Percentage::get), Ok(good));
        }
        for (bad, says) in [(-0.01, "greater"), (1000.0, "less"), (f64::NAN, "greater")] {
            let Err(Reason::Rule(text)) = Percentage::new(bad) else { panic!("{bad}") };
            assert!(text.contains(says), "{text}");
        }
    }
}
