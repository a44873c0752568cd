//! What a kind of import is.

use std::fmt::Debug;
use std::sync::Arc;

use attesta_model::{Error, Problem, Result};
use attesta_store::access::{ImportTarget, Importers};
use attesta_wire::auth::Boxed;
use attesta_wire::customer::{ImportResult, RowStatus};
use attesta_wire::wording;

use crate::cells::{Cells, Column, Header};
use crate::records::{Place, Record};
use crate::rows::Rows;

/// A kind of import: what its files consist of, and what becomes of a row.
///
/// It says so once, for files in a request and for those of queue jobs.
pub trait Kind: Debug + Send + Sync + 'static {
    /// A row that could be read.
    type Row: Send + 'static;

    /// Its name: that of its template and of its jobs in the table.
    const NAME: &'static str;
    /// Its columns.
    const COLUMNS: &'static [Column];
    /// Who may import it.
    const IMPORTERS: Importers = Importers::Staff;
    /// Whether it goes into an organisation, which staff have to name.
    const INTO_ORGANISATION: bool = false;

    /// Reads a row; none once a problem was noted, every one of them being told.
    fn read(&self, cells: &mut Cells<'_>) -> Option<Self::Row>;

    /// What a row is about, whatever becomes of it.
    fn about(&self, row: &Self::Row) -> About {
        let _ = row;
        About::default()
    }

    /// Takes in the row that stands right below one where both are one thing:
    /// they are then applied together, and reported as one. Gives back what is
    /// a thing of its own, as every row is if nothing else is said.
    fn join(&self, row: &mut Self::Row, next: Self::Row) -> Option<Self::Row> {
        let _ = row;
        Some(next)
    }

    /// What a row changes that another may, too: of rows with the same, the
    /// later waits for the earlier. Others are applied at the same time.
    fn changes(&self, row: &Self::Row) -> Option<String> {
        let _ = row;
        None
    }

    /// Applies a row: all of it or nothing, and to the same end however often.
    /// Two calls to the table should do.
    ///
    /// # Errors
    /// Why it can't be: what is invalid, or what stands in its way.
    fn apply(
        &self,
        target: &ImportTarget,
        row: Self::Row,
    ) -> impl Future<Output = Result<Applied>> + Send;
}

/// What a row is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// For people.
    pub summary: Option<String>,
    /// What the file itself calls it.
    pub reference: Option<String>,
}

/// What became of a row that was applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Applied {
    /// The identifier of what was made or changed.
    pub id: Option<String>,
    /// What there is to say.
    pub messages: Vec<String>,
}

impl Applied {
    /// Something was made or changed, in a sentence.
    #[must_use]
    pub fn new(id: &impl ToString, message: impl Into<String>) -> Self {
        Self { id: Some(id.to_string()), messages: vec![message.into()] }
    }
}

/// A kind of import, whichever it is.
pub trait AnyKind: Debug + Send + Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// Its columns.
    fn columns(&self) -> &'static [Column];
    /// Who may import it.
    fn importers(&self) -> Importers;
    /// Whether it goes into an organisation.
    fn is_into_organisation(&self) -> bool;
    /// Takes a file's rows.
    #[doc(hidden)]
    fn rows(self: Arc<Self>, file: FileOf) -> Box<dyn AnyRows>;
}

/// A file that is being imported.
#[derive(Debug, Clone)]
#[doc(hidden)]
pub struct FileOf {
    pub(crate) header: Arc<Header>,
    pub(crate) target: Arc<ImportTarget>,
    /// What comes before its lines' numbers, where there are several files.
    pub(crate) name: Option<String>,
}

/// What became of rows so far.
#[derive(Debug)]
#[doc(hidden)]
pub struct Settled {
    pub(crate) results: Vec<ImportResult>,
    /// Where those begin that may still be joined, and how many records that are.
    pub(crate) open: Option<(Place, u32)>,
}

/// The rows of a file, of whichever kind.
#[doc(hidden)]
pub trait AnyRows: Send {
    /// Takes a row.
    #[expect(private_interfaces, reason = "nobody else reads records")]
    fn push(&mut self, record: Record) -> Boxed<'_, ()>;
    /// There is no time for rows that nobody has begun to apply.
    fn give_up(&mut self);
    /// What became of the rows so far, in their order.
    fn settled(&mut self) -> Boxed<'_, Settled>;
    /// The same once there are no more.
    fn finished(&mut self) -> Boxed<'_, Vec<ImportResult>>;
}

impl<K: Kind> AnyKind for K {
    fn name(&self) -> &'static str {
        K::NAME
    }

    fn columns(&self) -> &'static [Column] {
        K::COLUMNS
    }

    fn importers(&self) -> Importers {
        K::IMPORTERS
    }

    fn is_into_organisation(&self) -> bool {
        K::INTO_ORGANISATION
    }

    fn rows(self: Arc<Self>, file: FileOf) -> Box<dyn AnyRows> {
        Box::new(Rows::new(self, file))
    }
}

/// What a row is reported as that was not applied.
pub(crate) fn refused(error: &Error) -> (RowStatus, Vec<String>) {
    let one = |text: &str| (RowStatus::Error, vec![text.to_owned()]);
    match error {
        Error::Invalid(problems) => (RowStatus::Validation, problems.iter().map(problem).collect()),
        Error::Refused(text) | Error::Conflict { message: text, .. } => one(text),
        Error::NotFound(text) | Error::Forbidden(text) | Error::WrongState(text) => one(text),
        Error::Throttled { .. } => one("Too many tries; import the row again in a while."),
        other => {
            tracing::error!(error = %other, "a row was not applied");
            one("Something went wrong with us; import the row again.")
        }
    }
}

fn problem(problem: &Problem) -> String {
    let said = wording(&problem.reason);
    problem.field.as_ref().map_or_else(|| said.clone(), |field| format!("{field} {said}"))
}
