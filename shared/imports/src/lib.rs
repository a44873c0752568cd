//! Imports of CSV files.
//!
//! What is particular to an import is a [`Kind`]: its columns, how a row is
//! read, and what becomes of it. All else is here, once: forms and their
//! limits, CSV as it comes, rows applied side by side and told of in order, and
//! the same for large files by queue jobs.
//!
//! ```
//! use attesta_imports::{About, Applied, Cells, Column, Kind};
//! use attesta_model::{Error, Result};
//! use attesta_store::access::{ImportTarget, Importers};
//! use attesta_wire::Text;
//!
//! /// Fields of a farm, which a function's handlers hold in a `Desk` and the
//! /// importer in its `Worker`.
//! #[derive(Debug, Clone)]
//! struct FieldsOfAFarm;
//!
//! struct Row {
//!     reference: String,
//!     hectares: Option<f64>,
//! }
//!
//! impl Kind for FieldsOfAFarm {
//!     type Row = Row;
//!
//!     const NAME: &'static str = "fields";
//!     const COLUMNS: &'static [Column] = &[
//!         Column {
//!             name: "reference",
//!             required: true,
//!             description: "What the farm calls the field; one that is known is changed",
//!             example: "Long Acre",
//!         },
//!         Column {
//!             name: "hectares",
//!             required: false,
//!             description: "How large it is",
//!             example: "12.5",
//!         },
//!     ];
//!     const IMPORTERS: Importers = Importers::StaffAndOwners;
//!
//!     fn read(&self, cells: &mut Cells<'_>) -> Option<Row> {
//!         // Every cell is read before the first `?`, so that every problem is told.
//!         let reference = cells.required::<Text<100>>("reference");
//!         let hectares = cells.number("hectares");
//!         Some(Row { reference: reference?.0, hectares: hectares? })
//!     }
//!
//!     fn about(&self, row: &Row) -> About {
//!         About { summary: None, reference: Some(row.reference.clone()) }
//!     }
//!
//!     async fn apply(&self, target: &ImportTarget, row: Row) -> Result<Applied> {
//!         let organisation = target.organisation_id().ok_or_else(Error::not_found)?;
//!         // One conditional write, found again by the reference:
//!         // `self.store.put_field(target, &row.reference, row.hectares).await?`
//!         Ok(Applied::new(&organisation, format!("{:?} hectares", row.hectares)))
//!     }
//! }
//! ```
//!
//! Its operations are a handler each, which calls its [`Desk`]: [`Desk::import`]
//! with an [`Upload`], [`Desk::template`], [`Desk::create_job`] with the body
//! [`JobFor`], [`Desk::start_job`] and [`Desk::job`]. The worker of the `importer`
//! function is told of the kind by [`Worker::with`], and the page about its
//! columns is made by [`documented`].

mod cells;
mod desk;
mod form;
mod inline;
mod kind;
pub mod kinds;
mod operations;
mod records;
mod rows;
mod template;
mod work;

pub use cells::{Cells, Column};
pub use desk::{Desk, JobFor};
pub use form::{MOST_BYTES, Upload};
pub use inline::MOST_ROWS;
pub use kind::{About, AnyKind, Applied, Kind};
pub use template::{documented, template};
pub use work::{MOST_ROWS_IN_JOB, SLICE, Worked, Worker};
