//! What calls to the table cost.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::types::ConsumedCapacity;

/// One call and the units it used.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The operation's name.
    pub operation: &'static str,
    /// Read units.
    pub read: f64,
    /// Write units, those of the index included.
    pub write: f64,
}

/// Counts the calls since it was last asked.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<Vec<Call>>>);

/// More calls than this between two questions are not kept one by one.
const KEPT: usize = 1_000;

impl Meter {
    /// The calls since the last time, which are forgotten then.
    #[must_use]
    pub fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn read(&self, operation: &'static str, capacity: &[ConsumedCapacity]) {
        self.push(Call { operation, read: units(capacity), write: 0.0 });
    }

    pub(crate) fn write(&self, operation: &'static str, capacity: &[ConsumedCapacity]) {
        self.push(Call { operation, read: 0.0, write: units(capacity) });
    }

    fn push(&self, call: Call) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() < KEPT {
            calls.push(call);
        }
    }
}

fn units(capacity: &[ConsumedCapacity]) -> f64 {
    capacity.iter().filter_map(|capacity| capacity.capacity_units).sum()
}
