//! What a kind's files look like: a template, and a page about its columns.

use std::fmt::Write as _;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::kind::AnyKind;

/// A file with every column and an example of a row.
#[must_use]
pub fn template(kind: &dyn AnyKind) -> String {
    let columns = kind.columns();
    let names: Vec<_> = columns.iter().map(|column| quoted(column.name)).collect();
    let examples: Vec<_> = columns.iter().map(|column| quoted(column.example)).collect();
    format!("{}\r\n{}\r\n", names.join(","), examples.join(","))
}

/// The same as an answer that is kept as a file.
pub(crate) fn answer(kind: &dyn AnyKind) -> Response {
    let file = format!("attachment; filename=\"{}.csv\"", kind.name());
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, file)];
    (headers, template(kind)).into_response()
}

/// The part of a page that documents a kind's columns, under a title.
#[must_use]
pub fn documented(title: &str, kind: &dyn AnyKind) -> String {
    let mut page =
        format!("## {title}\n\n| column | required | what | example |\n|---|---|---|---|\n");
    for column in kind.columns() {
        let required = if column.required { "yes" } else { "" };
        let (name, what) = (column.name, column.description);
        let example = column.example.replace('|', "\\|");
        let _ = writeln!(page, "| `{name}` | {required} | {what} | {example} |");
    }
    page
}

/// A field as RFC 4180 has it.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
