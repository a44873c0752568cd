//! Names that no two of a kind may share: an item stands for each.

use std::collections::HashMap;

use attesta_model::{Error, Problem, Reason, Result};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use serde::{Deserialize, Serialize};

use crate::keys::{self, Key};
use crate::patterns;
use crate::table::{Condition, Item, Table, from_item, to_item};

/// The names that something of the catalogue has, or is to get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Names<'a> {
    /// The short name.
    pub acronym: Option<&'a str>,
    /// The name of its queue.
    pub queue: Option<&'a str>,
}

/// Whose names they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Instrument,
    Provider,
}

/// Who has a name.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    holder: u64,
}

/// The fields whose names are another's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken(Vec<Problem>);

impl Named {
    const fn word(self) -> &'static str {
        match self {
            Self::Instrument => "instrument",
            Self::Provider => "provider",
        }
    }

    fn key(self, (field, name): (&'static str, &str)) -> Key {
        keys::name(self.word(), field, name)
    }

    fn problem(self, field: &str) -> Problem {
        let text = format!("{} with this {field} already exists.", self.word());
        Problem { field: Some(field.to_owned()), reason: Reason::Rule(text) }
    }
}

impl<'a> Names<'a> {
    /// Both names.
    #[must_use]
    pub const fn new(acronym: &'a str, queue: &'a str) -> Self {
        Self { acronym: Some(acronym), queue: Some(queue) }
    }

    fn fields(self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let fields = [("acronym", self.acronym), ("queue", self.queue)];
        fields.into_iter().filter_map(|(field, name)| Some((field, name?)))
    }

    pub(crate) fn keys(self, of: Named) -> impl Iterator<Item = Key> {
        self.fields().map(move |field| of.key(field))
    }
}

impl Taken {
    /// What of the names somebody else has.
    pub(crate) fn of(
        of: Named,
        names: Names<'_>,
        found: &HashMap<Key, Item>,
        own: u64,
    ) -> Result<Self> {
        let mut taken = Vec::new();
        for field in names.fields() {
            let Some(item) = found.get(&of.key(field)) else { continue };
            let holder: Holder = from_item(item.clone())?;
            if holder.holder != own {
                taken.push(of.problem(field.0));
            }
        }
        Ok(Self(taken))
    }

    /// Refuses what is taken.
    pub(crate) fn check(&self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0.clone())) }
    }
}

/// Parts of a transaction that change names, and what it means where one fails.
#[derive(Debug, Default)]
pub(crate) struct Renaming {
    pub(crate) writes: Vec<TransactWriteItem>,
    problems: Vec<Option<Problem>>,
}

impl Renaming {
    /// Takes the names after and lets go of those before, as far as they differ.
    pub(crate) fn new(
        table: &Table,
        of: Named,
        own: u64,
        before: Names<'_>,
        after: Names<'_>,
    ) -> Result<Self> {
        let mut renaming = Self::default();
        for field in after.fields().filter(|field| !before.fields().any(|old| old == *field)) {
            renaming.writes.push(table.put_if(name_item(of, field, own)?, free_for(own))?);
            renaming.problems.push(Some(of.problem(field.0)));
        }
        for field in before.fields().filter(|field| !after.fields().any(|new| new == *field)) {
            renaming.writes.push(table.delete_if(&of.key(field), free_for(own))?);
            renaming.problems.push(None);
        }
        Ok(renaming)
    }

    /// What it means that the write at this place among these failed.
    pub(crate) fn refusal(&self, at: usize) -> Option<Error> {
        let problem = self.problems.get(at)?.clone()?;
        Some(Error::Invalid(vec![problem]))
    }
}

/// The items that hold these names.
pub(crate) fn name_items(of: Named, names: Names<'_>, own: u64) -> Result<Vec<Item>> {
    names.fields().map(|field| name_item(of, field, own)).collect()
}

fn name_item(of: Named, field: (&'static str, &str), own: u64) -> Result<Item> {
    to_item(patterns::NAME, of.key(field), &Holder { holder: own })
}

/// Nobody has the name, or the one who asks.
fn free_for(own: u64) -> Condition {
    let own = AttributeValue::N(own.to_string());
    Condition {
        expression: Some("attribute_not_exists(pk) OR holder = :own".to_owned()),
        values: Some(Item::from([(":own".to_owned(), own)])),
        ..Condition::default()
    }
}
