//! Files in a request: checked as a whole, then applied row by row.

use std::sync::Arc;
use std::time::{Duration, Instant};

use attesta_model::{Error, Result};
use attesta_store::access::ImportTarget;
use attesta_wire::customer::{ImportReport, ImportResult, RowStatus};

use crate::cells::Header;
use crate::form::{File, Upload};
use crate::kind::{AnyKind, FileOf};
use crate::records::{Place, Record, Records, Unreadable};

/// The most rows that a request may bring.
pub const MOST_ROWS: u32 = 500;
/// After so long no row is begun any more: the gateway waits for half a minute,
/// and one row may be waiting for another service.
pub(crate) const LONGEST: Duration = Duration::from_secs(15);

impl From<Unreadable> for Error {
    fn from(Unreadable(why): Unreadable) -> Self {
        Self::Refused(why)
    }
}

/// Applies every row of a form's files for which there is time. None is applied where a file can't be
/// read, or all of them have too many rows.
pub(crate) async fn import(
    kind: &Arc<dyn AnyKind>,
    target: ImportTarget,
    upload: Upload,
    longest: Duration,
) -> Result<ImportReport> {
    let started = Instant::now();
    let (target, mut rows, mut headers) = (Arc::new(target), 0, Vec::new());
    for file in &upload.files {
        headers.push(Arc::new(check(kind.as_ref(), file, &mut rows)?));
    }
    let many = upload.files.len() > 1;
    let mut report = ImportReport::default();
    for ((at, file), header) in upload.files.iter().enumerate().zip(headers) {
        let name = || file.name.clone().unwrap_or_else(|| format!("file {}", at + 1));
        let name = many.then(name);
        let about = FileOf { header, target: Arc::clone(&target), name };
        let mut rows = Arc::clone(kind).rows(about);
        let mut records = InFile::new(file);
        records.next()?;
        while let Some(record) = records.next()? {
            if started.elapsed() > longest {
                rows.give_up();
            }
            rows.push(record).await;
        }
        let results = rows.finished().await;
        report.count_all(&results);
        report.results.extend(results);
    }
    Ok(report)
}

/// Reads a file through; its header. Its rows are counted to those before it.
fn check(kind: &dyn AnyKind, file: &File, rows: &mut u32) -> Result<Header, Error> {
    let mut records = InFile::new(file);
    let empty = || Error::Refused("The file is empty.".to_owned());
    let header = Header::read(kind.columns(), &records.next()?.ok_or_else(empty)?)?;
    let before = *rows;
    while records.next()?.is_some() {
        *rows += 1;
        if *rows > MOST_ROWS {
            return Err(Error::Refused(format!(
                "There are more than {MOST_ROWS} rows. A larger file goes by a job: POST to \
                 the import's path with /jobs after it."
            )));
        }
    }
    if *rows == before { Err(empty()) } else { Ok(header) }
}

/// The records of a file.
struct InFile<'a> {
    records: Records,
    pieces: std::slice::Iter<'a, axum::body::Bytes>,
}

impl<'a> InFile<'a> {
    fn new(file: &'a File) -> Self {
        Self { records: Records::from(Place::default()), pieces: file.pieces.iter() }
    }

    fn next(&mut self) -> Result<Option<Record>, Unreadable> {
        loop {
            if let Some(record) = self.records.next()? {
                return Ok(Some(record));
            }
            match self.pieces.next() {
                Some(piece) => self.records.feed(piece),
                None if self.records.has_ended() => return Ok(None),
                None => self.records.end(),
            }
        }
    }
}

/// Something that counts what became of rows.
pub(crate) trait Counts {
    /// Where rows of a status are counted.
    fn count(&mut self, status: RowStatus) -> &mut u32;

    fn count_all(&mut self, results: &[ImportResult]) {
        for status in results.iter().filter_map(|result| result.status) {
            *self.count(status) += 1;
        }
    }
}

impl Counts for ImportReport {
    fn count(&mut self, status: RowStatus) -> &mut u32 {
        match status {
            RowStatus::Success => &mut self.success,
            RowStatus::Validation => &mut self.validation,
            RowStatus::Error => &mut self.errors,
        }
    }
}
