//! Imports of files by queue jobs: what they are of, how far they have come,
//! and who works on one.

use attesta_model::{Error, ImportJobId, OrganisationId, Result, UserId};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::{CanChange, ImportTarget, OwnImportJob};
use crate::keys;
use crate::outbox::OutboxRow;
use crate::table::{Condition, Updated, from_item, stored, to_item};
use crate::{Store, patterns};

/// How long an import is remembered; its objects go by the bucket's own rule.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A run that has noted nothing for so long is over, whatever became of it.
const LEASE: SignedDuration = SignedDuration::from_mins(6);

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportJob {
    /// Its identifier.
    pub id: ImportJobId,
    /// What its rows are.
    pub kind: String,
    /// The organisation that it is for, where one was named.
    pub organisation_id: Option<OrganisationId>,
    /// Its name.
    pub organisation_name: Option<String>,
    /// Who made it.
    pub created_by: UserId,
    /// Where it stands.
    pub status: ImportStatus,
    /// Where the file is, in the bucket, once it was handed in.
    pub object_key: Option<String>,
    /// How far it has come.
    #[serde(flatten)]
    pub progress: ImportProgress,
    /// Why it failed as a whole, for people.
    pub failure: Option<String>,
    /// Where the report is, in the bucket, once it is whole.
    pub report_key: Option<String>,
    /// Who works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Uuid>,
    /// Until when they do, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its file was handed in.
    pub started_at: Option<Timestamp>,
    /// When it was done, or failed.
    pub finished_at: Option<Timestamp>,
    /// When it is forgotten, in seconds since 1970.
    pub ttl: i64,
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// Its file is still to come.
    Created,
    /// It waits for its turn.
    Queued,
    /// Its rows are being applied.
    Running,
    /// Every row was; some may not have been taken.
    Done,
    /// Its file can't be read.
    Failed,
}

impl ImportStatus {
    /// Whether nothing more becomes of it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// How far an import has come: what is noted after each slice of its file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProgress {
    /// How many rows the file has, once they were counted.
    pub total: Option<u32>,
    /// What became of the rows so far.
    pub counts: ImportCounts,
    /// Where the next slice begins.
    pub place: ImportPlace,
    /// How many slices are done; each has a part of the report.
    pub slices: u32,
}

/// What became of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Those that were taken.
    pub success: u32,
    /// Those that could not be read.
    pub validation: u32,
    /// Those that could not be applied.
    pub errors: u32,
}

/// A place in a file, between two rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPlace {
    /// So many bytes are before it; none means the beginning, header included.
    pub offset: u64,
    /// So many line breaks are before it.
    pub lines: u64,
    /// So many rows are before it.
    pub rows: u32,
}

/// A run of an import: nobody else works on it meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRun {
    id: Uuid,
    job: ImportJob,
}

impl ImportRun {
    /// What its maker may import into, as it was found when it was made.
    #[must_use]
    pub fn target(&self) -> ImportTarget {
        ImportTarget::of(&self.job)
    }

    /// The import, as it stood when the run began.
    #[must_use]
    pub const fn job(&self) -> &ImportJob {
        &self.job
    }
}

/// What comes of trying to work on an import.
#[derive(Debug, Clone, PartialEq)]
pub enum Claimed {
    /// It is this run's.
    Own(Box<ImportRun>),
    /// Another run is at it.
    Busy,
    /// There is nothing to do any more.
    Over,
}

impl Store {
    /// Makes an import whose file is still to come.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn create_import(&self, kind: &str, target: &ImportTarget) -> Result<ImportJob> {
        let now = self.ids.now();
        let job = ImportJob {
            id: ImportJobId(self.ids.uuid()?),
            kind: kind.to_owned(),
            organisation_id: target.organisation_id(),
            organisation_name: target.organisation_name().map(str::to_owned),
            created_by: target.created_by(),
            status: ImportStatus::Created,
            object_key: None,
            progress: ImportProgress::default(),
            failure: None,
            report_key: None,
            run: None,
            lease_until: None,
            created_at: now,
            started_at: None,
            finished_at: None,
            ttl: (now + REMEMBERED).as_second(),
        };
        let item = to_item(patterns::IMPORT, keys::import_job(job.id), &job)?;
        self.table.put(item, Condition::is_new()).await?;
        Ok(job)
    }

    /// Puts an import in line, with its file where this key says.
    ///
    /// # Errors
    /// [`Error::WrongState`] where it was before.
    pub async fn start_import(
        &self,
        job: &OwnImportJob<CanChange>,
        object_key: &str,
    ) -> Result<ImportJob> {
        let (now, job) = (self.ids.now(), job.get());
        let started = ImportJob {
            status: ImportStatus::Queued,
            object_key: Some(object_key.to_owned()),
            started_at: Some(now),
            ..job.clone()
        };
        let condition = Condition::with("#status = :created")
            .name("#status", "status")
            .value(":created", AttributeValue::S(ImportStatus::Created.name().to_owned()))
            .value(":queued", AttributeValue::S(ImportStatus::Queued.name().to_owned()))
            .value(":key", AttributeValue::S(object_key.to_owned()))
            .value(":now", stored(&now)?);
        let change = "SET #status = :queued, object_key = :key, started_at = :now";
        self.move_and_tell(job.id, change, condition, ALREADY_STARTED).await?;
        Ok(started)
    }

    /// Begins or goes on to work on an import, unless somebody is at it.
    ///
    /// # Errors
    /// When the table can't be written.
    pub async fn claim_import(&self, id: ImportJobId) -> Result<Claimed> {
        let run = self.ids.uuid()?;
        let word = |status: ImportStatus| AttributeValue::S(status.name().to_owned());
        let condition = Condition::with(
            "#status IN (:queued, :running) AND (attribute_not_exists(lease_until) \
             OR lease_until < :now)",
        );
        let condition = condition
            .name("#status", "status")
            .name("#run", "run")
            .value(":queued", word(ImportStatus::Queued))
            .value(":running", word(ImportStatus::Running))
            .value(":now", number(self.ids.now().as_second()))
            .value(":run", AttributeValue::S(run.to_string()))
            .value(":until", self.lease());
        let change = "SET #status = :running, #run = :run, lease_until = :until";
        match self.table.note(&keys::import_job(id), change, condition).await? {
            Updated::Done(item) => {
                Ok(Claimed::Own(Box::new(ImportRun { id: run, job: from_item(item)? })))
            }
            Updated::Refused(None) => Ok(Claimed::Over),
            Updated::Refused(Some(item)) => {
                let job: ImportJob = from_item(item)?;
                let is_busy = job.status == ImportStatus::Running;
                Ok(if is_busy { Claimed::Busy } else { Claimed::Over })
            }
        }
    }

    /// Notes how far a run has come, and that it goes on.
    ///
    /// # Errors
    /// [`Error::Internal`] where another run has taken the import over.
    pub async fn note_import(&self, run: &ImportRun, progress: &ImportProgress) -> Result<()> {
        let change = "SET #total = :total, #counts = :counts, #place = :place, \
                      #slices = :slices, lease_until = :until";
        let condition = run.is_at_it().value(":until", self.lease());
        self.change_import(run, change, noted(condition, progress)?).await
    }

    /// Leaves the rest of an import to another run, which a message calls.
    ///
    /// # Errors
    /// [`Error::WrongState`] where another run has taken the import over.
    pub async fn hand_over_import(&self, run: &ImportRun) -> Result<()> {
        self.move_and_tell(run.job.id, RELEASE, run.is_at_it(), TAKEN_OVER).await
    }

    /// Leaves an import as it stands, so that a later run may try again.
    ///
    /// # Errors
    /// [`Error::Internal`] where another run has taken the import over.
    pub async fn release_import(&self, run: &ImportRun) -> Result<()> {
        self.change_import(run, RELEASE, run.is_at_it()).await
    }

    /// Ends an import: every row was applied, and the report is whole.
    ///
    /// # Errors
    /// [`Error::Internal`] where another run has taken the import over.
    pub async fn finish_import(&self, run: &ImportRun, report_key: &str) -> Result<()> {
        let condition = self.ended(run, ImportStatus::Done)?;
        let condition = condition.value(":report", AttributeValue::S(report_key.to_owned()));
        let change = "SET #status = :status, finished_at = :now, report_key = :report \
                      REMOVE #run, lease_until";
        self.change_import(run, change, condition).await
    }

    /// Ends an import whose file can't be read, for a reason that its maker is
    /// told.
    ///
    /// # Errors
    /// [`Error::Internal`] where another run has taken the import over.
    pub async fn fail_import(&self, run: &ImportRun, failure: &str) -> Result<()> {
        let condition = self.ended(run, ImportStatus::Failed)?;
        let condition = condition.value(":failure", AttributeValue::S(failure.to_owned()));
        let change = "SET #status = :status, finished_at = :now, failure = :failure \
                      REMOVE #run, lease_until";
        self.change_import(run, change, condition).await
    }

    fn ended(&self, run: &ImportRun, status: ImportStatus) -> Result<Condition> {
        let condition = run.is_at_it().name("#status", "status");
        let condition = condition.value(":status", AttributeValue::S(status.name().to_owned()));
        Ok(condition.value(":now", stored(&self.ids.now())?))
    }

    fn lease(&self) -> AttributeValue {
        number((self.ids.now() + LEASE).as_second())
    }

    async fn change_import(&self, run: &ImportRun, how: &str, condition: Condition) -> Result<()> {
        match self.table.note(&keys::import_job(run.job.id), how, condition).await? {
            Updated::Done(_) => Ok(()),
            Updated::Refused(_) => Err(Error::internal(TAKEN_OVER)),
        }
    }

    /// Changes an import and calls somebody to work on it, both or neither.
    async fn move_and_tell(
        &self,
        id: ImportJobId,
        how: &str,
        condition: Condition,
        refused: &'static str,
    ) -> Result<()> {
        let key = keys::import_job(id);
        let row =
            OutboxRow { imports: vec![id], ..OutboxRow::new(self.ids.integer()?, self.ids.now()) };
        let writes = vec![self.table.update_if(&key, how, condition)?, self.put_outgoing(&row)?];
        match self.table.transact(writes).await? {
            Ok(()) => Ok(()),
            Err(cancelled) if cancelled.at == Some(0) => Err(Error::WrongState(refused)),
            Err(_) => Err(Error::internal("an import could not be put in line")),
        }
    }
}

const RELEASE: &str = "REMOVE #run, lease_until";
const TAKEN_OVER: &str = "Another run has taken the import over.";
const ALREADY_STARTED: &str = "The import was started before.";

impl ImportRun {
    /// Nobody else has begun.
    fn is_at_it(&self) -> Condition {
        let condition = Condition::with("#run = :run").name("#run", "run");
        condition.value(":run", AttributeValue::S(self.id.to_string()))
    }
}

fn noted(condition: Condition, progress: &ImportProgress) -> Result<Condition> {
    let ImportProgress { total, counts, place, slices } = progress;
    Ok(condition
        .name("#total", "total")
        .value(":total", stored(total)?)
        .name("#counts", "counts")
        .value(":counts", stored(counts)?)
        .name("#place", "place")
        .value(":place", stored(place)?)
        .name("#slices", "slices")
        .value(":slices", stored(slices)?))
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
