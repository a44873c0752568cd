//! Imports of queue jobs: a file read twice, once to know that it can be, once
//! to apply its rows, slice by slice.
//!
//! After each slice the table notes how far the import is; a run that ends
//! early, for whatever reason, leaves the rest to another, which applies again
//! no more than the slice that was not noted. Neither the file nor the report
//! is ever held as a whole.

use std::sync::Arc;
use std::time::{Duration, Instant};

use attesta_model::{Error, ImportJobId, Result};
use attesta_objects::{Objects, Reading, Writing};
use attesta_store::audit::{self, Origin};
use attesta_store::{
    Claimed, ImportCounts, ImportJob, ImportPlace, ImportProgress, ImportRun, Store,
};
use attesta_wire::customer::{ImportResult, RowStatus};

use crate::cells::Header;
use crate::inline::Counts;
use crate::kind::{AnyKind, FileOf, Kind, Settled};
use crate::records::{Place, Record, Records, Unreadable};

/// The most rows that a job's file may have.
pub const MOST_ROWS_IN_JOB: u32 = 100_000;
/// So many rows are applied before the table notes it.
pub const SLICE: u32 = 250;

/// Works on imports.
#[derive(Debug, Clone)]
pub struct Worker {
    store: Store,
    objects: Objects,
    kinds: Vec<Arc<dyn AnyKind>>,
    longest: Duration,
}

/// What came of working on an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worked {
    /// Every row was applied.
    Done,
    /// The file can't be read; its maker is told why.
    Failed,
    /// Time is up: a message calls the next run.
    HandedOver,
    /// Another run is at it.
    Busy,
    /// There was nothing to do any more.
    Over,
}

/// Why a file is not worked on any further.
#[derive(Debug)]
enum Stop {
    File(Unreadable),
    Us(Error),
}

impl From<Unreadable> for Stop {
    fn from(unreadable: Unreadable) -> Self {
        Self::File(unreadable)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Us(error)
    }
}

impl Worker {
    /// A worker whose runs hand over after so long, at the end of a slice.
    #[must_use]
    pub const fn new(store: Store, objects: Objects, longest: Duration) -> Self {
        Self { store, objects, kinds: Vec::new(), longest }
    }

    /// The same, for a kind more.
    #[must_use]
    pub fn with(mut self, kind: impl Kind) -> Self {
        self.kinds.push(Arc::new(kind));
        self
    }

    /// Works on an import until it is done, or time is up.
    ///
    /// # Errors
    /// When the table or the bucket fails, or nobody knows the import's kind; a
    /// later run goes on.
    pub async fn work(&self, id: ImportJobId) -> Result<Worked> {
        let run = match self.store.claim_import(id).await? {
            Claimed::Own(run) => run,
            Claimed::Busy => return Ok(Worked::Busy),
            Claimed::Over => return Ok(Worked::Over),
        };
        // Whoever made the import answers for its rows, wherever they were then.
        let origin = Origin {
            operation: format!("import of {}", run.job().kind),
            correlation_id: id.to_string(),
            address: String::new(),
        };
        let work = async {
            audit::proved(run.job().created_by);
            self.run(&run).await
        };
        match audit::within(origin, work).await {
            Ok(worked) => Ok(worked),
            Err(Stop::File(Unreadable(why))) => {
                self.store.fail_import(&run, &why).await?;
                Ok(Worked::Failed)
            }
            Err(Stop::Us(error)) => {
                if let Err(error) = self.store.release_import(&run).await {
                    tracing::warn!(%error, %id, "an import was not released");
                }
                Err(error)
            }
        }
    }

    async fn run(&self, run: &ImportRun) -> Result<Worked, Stop> {
        let (started, job) = (Instant::now(), run.job());
        let kind = self.kinds.iter().find(|kind| kind.name() == job.kind);
        let kind = kind.ok_or_else(|| Error::internal(format_args!("no kind {}", job.kind)))?;
        let mut progress = job.progress;
        if progress.total.is_none() {
            progress.total = Some(self.counted(job, kind.as_ref()).await?);
            self.store.note_import(run, &progress).await?;
        }
        let (header, after_header) = self.header(job, kind.as_ref()).await?;
        let file = FileOf { header: Arc::new(header), target: Arc::new(run.target()), name: None };
        let mut rows = Arc::clone(kind).rows(file);
        let place = match progress.place.offset {
            0 => after_header,
            offset => Place { offset, lines: progress.place.lines },
        };
        let mut records = self.records(job, place).await?;
        let (mut read, mut end) = (progress.place.rows, place);
        loop {
            let record = match records.next().await {
                Ok(Some(record)) => record,
                Ok(None) => break,
                Err(stop) => {
                    // What is being applied ends before another run begins.
                    rows.settled().await;
                    return Err(stop);
                }
            };
            end = record.end;
            read += 1;
            rows.push(record).await;
            if read - progress.place.rows < SLICE {
                continue;
            }
            let Settled { results, open } = rows.settled().await;
            let (at, waiting) = open.unwrap_or((end, 0));
            self.note(run, &mut progress, results, at, read - waiting).await?;
            if started.elapsed() > self.longest {
                self.store.hand_over_import(run).await?;
                return Ok(Worked::HandedOver);
            }
        }
        let results = rows.finished().await;
        self.note(run, &mut progress, results, end, read).await?;
        let report = self.report(job.id, &progress).await?;
        self.store.finish_import(run, &report).await?;
        Ok(Worked::Done)
    }

    /// Reads a file through; how many rows it has.
    async fn counted(&self, job: &ImportJob, kind: &dyn AnyKind) -> Result<u32, Stop> {
        let mut records = self.records(job, Place::default()).await?;
        let empty = || Unreadable("The file is empty.".to_owned());
        Header::read(kind.columns(), &records.next().await?.ok_or_else(empty)?)?;
        let mut rows = 0;
        while records.next().await?.is_some() {
            rows += 1;
            if rows > MOST_ROWS_IN_JOB {
                let why = format!("The file has more than {MOST_ROWS_IN_JOB} rows.");
                return Err(Unreadable(why).into());
            }
        }
        if rows == 0 { Err(empty().into()) } else { Ok(rows) }
    }

    /// A file's header, and where its first row may begin.
    async fn header(&self, job: &ImportJob, kind: &dyn AnyKind) -> Result<(Header, Place), Stop> {
        let first = self.records(job, Place::default()).await?.next().await?;
        let first = first.ok_or_else(|| Error::internal("a file lost its header"))?;
        Ok((Header::read(kind.columns(), &first)?, first.end))
    }

    async fn records(&self, job: &ImportJob, from: Place) -> Result<InObject> {
        let key = job.object_key.as_deref();
        let key = key.ok_or_else(|| Error::internal("an import without a file"))?;
        let object = self.objects.read_import(key, from.offset).await?;
        Ok(InObject { records: Records::from(from), object })
    }

    /// Stores what became of a slice's rows, then notes that they are done.
    async fn note(
        &self,
        run: &ImportRun,
        progress: &mut ImportProgress,
        results: Vec<ImportResult>,
        at: Place,
        rows: u32,
    ) -> Result<()> {
        progress.counts.count_all(&results);
        let part = serde_json::to_vec(&results).map_err(Error::internal)?;
        self.objects.put_import_part(run.job().id, progress.slices, part).await?;
        progress.slices += 1;
        progress.place = ImportPlace { offset: at.offset, lines: at.lines, rows };
        self.store.note_import(run, progress).await
    }

    /// Makes one report of the slices'; its key.
    async fn report(&self, id: ImportJobId, progress: &ImportProgress) -> Result<String> {
        let ImportCounts { success, validation, errors } = progress.counts;
        let mut report = self.objects.import_report(id);
        let counts = format!(r#""success":{success},"validation":{validation},"errors":{errors}"#);
        report.write(format!("{{{counts},\"results\":[").as_bytes()).await?;
        let mut is_first = true;
        for slice in 0..progress.slices {
            self.append(id, slice, &mut report, &mut is_first).await?;
        }
        report.write(b"]}").await?;
        report.finish().await
    }

    /// Appends a slice's list to the report's, without its brackets.
    async fn append(
        &self,
        id: ImportJobId,
        slice: u32,
        report: &mut Writing<'_>,
        is_first: &mut bool,
    ) -> Result<()> {
        let (mut part, mut object) = (Vec::new(), self.objects.import_part(id, slice).await?);
        while let Some(piece) = object.next().await? {
            part.extend_from_slice(piece.as_ref());
        }
        let inner = part.strip_prefix(b"[").and_then(|part| part.strip_suffix(b"]"));
        let inner = inner.ok_or_else(|| Error::internal("a part of a report is no list"))?;
        if inner.is_empty() {
            return Ok(());
        }
        if !std::mem::take(is_first) {
            report.write(b",").await?;
        }
        report.write(inner).await
    }
}

/// The records of an object.
struct InObject {
    records: Records,
    object: Reading,
}

impl InObject {
    async fn next(&mut self) -> Result<Option<Record>, Stop> {
        loop {
            if let Some(record) = self.records.next()? {
                return Ok(Some(record));
            }
            if self.records.has_ended() {
                return Ok(None);
            }
            match self.object.next().await? {
                Some(piece) => self.records.feed(piece.as_ref()),
                None => self.records.end(),
            }
        }
    }
}

impl Counts for ImportCounts {
    fn count(&mut self, status: RowStatus) -> &mut u32 {
        match status {
            RowStatus::Success => &mut self.success,
            RowStatus::Validation => &mut self.validation,
            RowStatus::Error => &mut self.errors,
        }
    }
}
