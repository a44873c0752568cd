//! What things are found, listed and counted by.

use super::*;

/// What was last entered of whatever stands in this partition.
#[must_use]
pub fn entered(partition: &str) -> Key {
    Key::new(format!("{partition}#ENTERED"), "ENTERED")
}

/// The partition of a shard of a list in some order.
#[must_use]
pub fn entry_list(scope: &str, order: &'static str, shard: u8) -> String {
    format!("LIST#{}#{order}#{shard:02}", escape(scope))
}

/// An entry at its place in such a list.
#[must_use]
pub fn entry_in_list(scope: &str, order: &'static str, shard: u8, place: &str, id: &str) -> Key {
    Key::new(entry_list(scope, order, shard), format!("{}#{}", escape(place), escape(id)))
}

/// The partition of the entries under words that begin like this one.
#[must_use]
pub fn entries_under(kind: &'static str, word: &str) -> String {
    let first: String = word.chars().take(1).collect();
    format!("WORD#{kind}#{}", escape(&first))
}

/// The start of the places of the entries under words that begin like this one.
#[must_use]
pub fn entry_word(word: &str) -> String {
    escape(word)
}

/// An entry under a word.
#[must_use]
pub fn entry_under_word(kind: &'static str, word: &str, id: &str) -> Key {
    Key::new(entries_under(kind, word), format!("{}#{}", escape(word), escape(id)))
}

/// The partition of the entries for something that leads to things.
#[must_use]
pub fn entries_for(kind: &'static str, what: &'static str, value: &str) -> String {
    format!("ENTRIES#{kind}#{what}#{}", escape(value))
}

/// Such an entry.
#[must_use]
pub fn entry_for(kind: &'static str, what: &'static str, value: &str, id: &str) -> Key {
    Key::new(entries_for(kind, what, value), escape(id))
}

/// The partition of the counts of a kind of things.
#[must_use]
pub fn entry_counts(kind: &'static str) -> String {
    format!("COUNT#{kind}")
}

/// A shard of them.
#[must_use]
pub fn entry_count(kind: &'static str, shard: u8) -> Key {
    Key::new(entry_counts(kind), format!("{shard:02}"))
}
