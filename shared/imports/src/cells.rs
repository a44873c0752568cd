//! Columns, and a record read by their names.

use attesta_model::{Kind as ValueKind, Reason};
use attesta_wire::{Field, wording};
use serde_json::Value;

use crate::records::{Record, Unreadable};

/// A column of a kind of import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name, as the first line of a file has it, in any letter case.
    pub name: &'static str,
    /// Whether a file must have it, and a row something in it.
    pub required: bool,
    /// What stands in it: the end of a sentence.
    pub description: &'static str,
    /// What may stand in it.
    pub example: &'static str,
}

/// Which column of a file is which of a kind's.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    columns: &'static [Column],
    /// Where in a record each of them is.
    places: Vec<Option<usize>>,
    fields: usize,
}

impl Header {
    /// By a file's first record. Columns that the kind doesn't know are ignored.
    pub(crate) fn read(columns: &'static [Column], first: &Record) -> Result<Self, Unreadable> {
        let place = |column: &Column| first.iter().position(|name| is_named(column, name));
        let places: Vec<_> = columns.iter().map(place).collect();
        let both = columns.iter().zip(&places);
        let missing = both.filter(|(column, place)| column.required && place.is_none());
        let missing: Vec<_> = missing.map(|(column, _)| column.name).collect();
        if missing.is_empty() {
            return Ok(Self { columns, places, fields: first.len() });
        }
        Err(Unreadable(format!("The file lacks columns: {}.", missing.join(", "))))
    }
}

fn is_named(column: &Column, name: &str) -> bool {
    column.name.eq_ignore_ascii_case(name)
}

/// The cells of a row, and what is wrong with those read so far.
#[derive(Debug)]
pub struct Cells<'a> {
    header: &'a Header,
    record: &'a Record,
    problems: Vec<String>,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(header: &'a Header, record: &'a Record) -> Self {
        let mut cells = Self { header, record, problems: Vec::new() };
        if record.len() != header.fields {
            let (has, wanted) = (record.len(), header.fields);
            cells.problems.push(format!("The row has {has} fields, the first line {wanted}."));
        }
        cells
    }

    /// What is wrong, if anything is.
    pub(crate) fn into_problems(self) -> Vec<String> {
        self.problems
    }

    pub(crate) const fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// A cell as it is; none where it is blank, or the file has no such column.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<&'a str> {
        let at = self.header.columns.iter().position(|one| one.name == column)?;
        self.record.get(self.header.places[at]?).filter(|text| !text.is_empty())
    }

    /// What must be there; none once a problem was noted.
    pub fn required<T: Field>(&mut self, column: &str) -> Option<T> {
        match self.optional(column) {
            Some(None) => {
                self.problem(column, &Reason::Required);
                None
            }
            other => other.flatten(),
        }
    }

    /// What may be blank: `Some(None)`; none once a problem was noted.
    pub fn optional<T: Field>(&mut self, column: &str) -> Option<Option<T>> {
        self.parsed(column, |text| T::from_value(Value::String(text.to_owned())))
    }

    /// A number, which may be blank.
    pub fn number(&mut self, column: &str) -> Option<Option<f64>> {
        let finite = |number: &f64| number.is_finite();
        let parsed = |text: &str| text.parse().ok().filter(finite);
        self.parsed(column, |text| parsed(text).ok_or(Reason::NotA(ValueKind::Number)))
    }

    /// Yes or no, which may be blank.
    pub fn flag(&mut self, column: &str) -> Option<Option<bool>> {
        self.parsed(column, |text| match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "1" => Ok(true),
            "false" | "no" | "n" | "0" => Ok(false),
            _ => Err(Reason::NotA(ValueKind::Boolean)),
        })
    }

    /// Things with semicolons between them; none is an empty list.
    pub fn list<T: Field>(&mut self, column: &str) -> Option<Vec<T>> {
        let one = |text: &str| T::from_value(Value::String(text.to_owned()));
        let parts = |text: &str| {
            let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
            parts.map(one).collect()
        };
        self.parsed(column, parts).map(Option::unwrap_or_default)
    }

    /// Notes a problem with a cell.
    pub fn problem(&mut self, column: &str, reason: &Reason) {
        self.problems.push(format!("{column} {}", wording(reason)));
    }

    fn parsed<T>(
        &mut self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, Reason>,
    ) -> Option<Option<T>> {
        let Some(text) = self.text(column) else { return Some(None) };
        match parse(text) {
            Ok(value) => Some(Some(value)),
            Err(reason) => {
                self.problem(column, &reason);
                None
            }
        }
    }
}
