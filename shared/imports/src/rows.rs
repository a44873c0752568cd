//! Rows on their way: read, joined, applied side by side, told of in order.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use attesta_model::Result;
use attesta_store::audit::carried;
use attesta_wire::auth::Boxed;
use attesta_wire::customer::{ImportResult, RowStatus};
use tokio::task::JoinHandle;

use crate::cells::Cells;
use crate::kind::{About, AnyRows, Applied, FileOf, Kind, Settled, refused};
use crate::records::{Place, Record};

/// So many rows are applied at the same time.
const AT_ONCE: usize = 16;
/// So many rows may be one thing.
const MOST_JOINED: u32 = 500;
/// What is said of a row that there was no time for.
const NO_TIME: &str = "There was no time for this row: import the file again, or by a job.";
/// What is said of a row that panicked.
const PANICKED: &str = "Something went wrong with us at this row.";

/// The rows of a file.
pub(crate) struct Rows<K: Kind> {
    kind: Arc<K>,
    file: FileOf,
    /// The last one that could be read: the next may belong to it.
    open: Option<Open<K::Row>>,
    /// What was told of rows between those that belong together.
    held: Vec<ImportResult>,
    under_way: VecDeque<UnderWay>,
    told: Vec<ImportResult>,
    has_time: bool,
}

struct Open<R> {
    row: R,
    start: Place,
    lines: (u64, u64),
    joined: u32,
    /// Those of any kind since it began, itself included.
    records: u32,
}

enum UnderWay {
    Told(ImportResult),
    Applying {
        what: JoinHandle<Result<Applied>>,
        about: About,
        lines: String,
        changes: Option<String>,
    },
}

impl<K: Kind> Rows<K> {
    pub(crate) fn new(kind: Arc<K>, file: FileOf) -> Self {
        let (held, under_way, told) = (Vec::new(), VecDeque::new(), Vec::new());
        Self { kind, file, open: None, held, under_way, told, has_time: true }
    }

    async fn take(&mut self, record: Record) {
        let (start, lines) = (record.start, record.lines);
        let row = match self.read(&record) {
            Ok(row) => row,
            Err(messages) => {
                let told = self.unread(lines, messages);
                match &mut self.open {
                    Some(open) => {
                        open.records += 1;
                        self.held.push(told);
                    }
                    None => self.under_way.push_back(UnderWay::Told(told)),
                }
                return;
            }
        };
        let row = match &mut self.open {
            Some(open) if open.joined < MOST_JOINED => match self.kind.join(&mut open.row, row) {
                None => {
                    open.lines.1 = lines.1;
                    open.joined += 1;
                    open.records += 1;
                    return;
                }
                Some(row) => row,
            },
            _ => row,
        };
        self.begin_open().await;
        self.open = Some(Open { row, start, lines, joined: 1, records: 1 });
    }

    /// A row, or what is wrong with it.
    fn read(&self, record: &Record) -> Result<K::Row, Vec<String>> {
        let mut cells = Cells::new(&self.file.header, record);
        let reading = AssertUnwindSafe(|| self.kind.read(&mut cells));
        match catch_unwind(reading) {
            Ok(Some(row)) if cells.is_sound() => Ok(row),
            Ok(_) => Err(cells.into_problems()),
            Err(_) => Err(vec![PANICKED.to_owned()]),
        }
    }

    fn unread(&self, lines: (u64, u64), message: Vec<String>) -> ImportResult {
        let status = match message.as_slice() {
            [one] if one == PANICKED => RowStatus::Error,
            _ => RowStatus::Validation,
        };
        let rows = Some(self.lines(lines));
        ImportResult { rows, status: Some(status), message, ..ImportResult::default() }
    }

    /// Applies the row that the next one did not belong to.
    async fn begin_open(&mut self) {
        let Some(Open { row, lines, .. }) = self.open.take() else { return };
        let (about, changes) = (self.kind.about(&row), self.kind.changes(&row));
        if !self.has_time {
            let told = self.not_begun(about, lines);
            self.under_way.push_back(UnderWay::Told(told));
            self.under_way.extend(self.held.drain(..).map(UnderWay::Told));
            return;
        }
        while self.is_in_the_way(changes.as_deref()) {
            self.settle_first().await;
        }
        let (kind, target) = (Arc::clone(&self.kind), Arc::clone(&self.file.target));
        let what = tokio::spawn(carried(async move { kind.apply(&target, row).await }));
        let lines = self.lines(lines);
        self.under_way.push_back(UnderWay::Applying { what, about, lines, changes });
        self.under_way.extend(self.held.drain(..).map(UnderWay::Told));
    }

    fn not_begun(&self, about: About, lines: (u64, u64)) -> ImportResult {
        let About { summary, reference } = about;
        let (rows, status) = (Some(self.lines(lines)), Some(RowStatus::Error));
        let message = vec![NO_TIME.to_owned()];
        ImportResult { rows, status, message, summary, id: None, reference }
    }

    /// Whether enough are being applied, or one that changes the same.
    fn is_in_the_way(&self, changes: Option<&str>) -> bool {
        let applying = self.under_way.iter().filter_map(|one| match one {
            UnderWay::Told(_) => None,
            UnderWay::Applying { changes, .. } => Some(changes.as_deref()),
        });
        let same = |other: Option<&str>| changes.is_some() && other == changes;
        applying.clone().count() >= AT_ONCE || applying.into_iter().any(same)
    }

    async fn settle_first(&mut self) {
        let told = match self.under_way.pop_front() {
            None => return,
            Some(UnderWay::Told(told)) => told,
            Some(UnderWay::Applying { what, about, lines, .. }) => {
                let About { summary, reference } = about;
                let (status, message, id) = match what.await {
                    Ok(Ok(Applied { id, messages })) => (RowStatus::Success, messages, id),
                    Ok(Err(error)) => {
                        let (status, messages) = refused(&error);
                        (status, messages, None)
                    }
                    Err(panicked) => {
                        tracing::error!(%panicked, "a row panicked");
                        (RowStatus::Error, vec![PANICKED.to_owned()], None)
                    }
                };
                let (rows, status) = (Some(lines), Some(status));
                ImportResult { rows, status, message, summary, id, reference }
            }
        };
        self.told.push(told);
    }

    async fn settle(&mut self) -> Vec<ImportResult> {
        while !self.under_way.is_empty() {
            self.settle_first().await;
        }
        std::mem::take(&mut self.told)
    }

    fn lines(&self, (first, last): (u64, u64)) -> String {
        let lines = if first == last { first.to_string() } else { format!("{first}-{last}") };
        match &self.file.name {
            None => lines,
            Some(name) => format!("{name}:{lines}"),
        }
    }
}

impl<K: Kind> AnyRows for Rows<K> {
    fn push(&mut self, record: Record) -> Boxed<'_, ()> {
        Box::pin(self.take(record))
    }

    fn give_up(&mut self) {
        self.has_time = false;
    }

    fn settled(&mut self) -> Boxed<'_, Settled> {
        Box::pin(async {
            let results = self.settle().await;
            let open = self.open.as_ref().map(|open| (open.start, open.records));
            Settled { results, open }
        })
    }

    fn finished(&mut self) -> Boxed<'_, Vec<ImportResult>> {
        Box::pin(async {
            self.begin_open().await;
            self.settle().await
        })
    }
}

impl<K: Kind> fmt::Debug for Rows<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("kind", &self.kind).finish_non_exhaustive()
    }
}
