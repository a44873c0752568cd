//! Where callers hand in files of a kind: what a function's handlers call.

use std::sync::Arc;
use std::time::Duration;

use attesta_identity::UserCaller;
use attesta_model::{Error, Result};
use attesta_objects::{Objects, PresignedPost};
use attesta_store::access::{CanChange, CanRead, ImportInto, ImportTarget};
use attesta_store::{ImportJob, ImportStatus, Store};
use attesta_wire::customer::{self, ImportJobStatus, ImportReport, NewImportJob, UploadForm};
use attesta_wire::{Fields, FromFields, Text};
use axum::response::Response;

use crate::form::Upload;
use crate::kind::{AnyKind, Kind};
use crate::{inline, template};

/// A kind of import with everything that its operations need.
#[derive(Debug, Clone)]
pub struct Desk {
    kind: Arc<dyn AnyKind>,
    store: Store,
    objects: Objects,
    longest: Duration,
}

/// Which organisation a job is to import into, as a body.
#[derive(Debug)]
pub struct JobFor(pub ImportInto);

impl FromFields for JobFor {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let organisation_id = fields.nullable::<Text<200>>("organisationId").flatten();
        let organisation_name = fields.nullable::<Text<200>>("organisationName").flatten();
        let text = |text: Option<Text<200>>| text.map(|text| text.0);
        let (organisation_id, organisation_name) = (text(organisation_id), text(organisation_name));
        Some(Self(ImportInto { organisation_id, organisation_name }))
    }
}

impl Desk {
    /// The desk of a kind.
    #[must_use]
    pub fn new(kind: impl Kind, store: Store, objects: Objects) -> Self {
        Self { kind: Arc::new(kind), store, objects, longest: inline::LONGEST }
    }

    /// The same, where a request has this long for its rows.
    #[must_use]
    pub fn within(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    /// `POST …/import`: applies the files of a form.
    ///
    /// # Errors
    /// Those of [`Store::import_target`], and [`Error::Refused`] where a file
    /// can't be read, there are too many rows, or no organisation is named that
    /// has to be.
    pub async fn import(&self, caller: &UserCaller, upload: Upload) -> Result<ImportReport> {
        let target = self.target(caller, &upload.into).await?;
        inline::import(&self.kind, target, upload, self.longest).await
    }

    async fn target(&self, caller: &UserCaller, into: &ImportInto) -> Result<ImportTarget> {
        let target = self.store.import_target(caller, self.kind.importers(), into).await?;
        if self.kind.is_into_organisation() && target.organisation_id().is_none() {
            let text = "Name the organisation to import into: organisationId or organisationName.";
            return Err(Error::Refused(text.to_owned()));
        }
        Ok(target)
    }

    /// `GET …/import/template`: a file to begin with.
    ///
    /// # Errors
    /// Where the caller may do nothing any more.
    pub async fn template(&self, caller: &UserCaller) -> Result<Response> {
        self.store.own_user(caller).await?;
        Ok(template::answer(self.kind.as_ref()))
    }

    /// `POST …/import/jobs`: an import of a file that is to be uploaded.
    ///
    /// # Errors
    /// Those of [`Store::import_target`].
    pub async fn create_job(&self, caller: &UserCaller, into: &ImportInto) -> Result<NewImportJob> {
        let target = self.target(caller, into).await?;
        let job = self.store.create_import(self.kind.name(), &target).await?;
        let PresignedPost { url, fields, expires_at } = self.objects.import_form(job.id).await?;
        let upload = UploadForm { url, fields };
        Ok(NewImportJob { id: job.id.to_string(), upload, expires_at_utc: expires_at.to_string() })
    }

    /// `POST …/import/jobs/{id}/start`: the file is uploaded. Started again, it
    /// stays as it is.
    ///
    /// # Errors
    /// Those of [`Store::import_job`], and [`Error::Conflict`] where nothing was
    /// uploaded.
    pub async fn start_job(&self, caller: &UserCaller, id: &str) -> Result<customer::ImportJob> {
        let (importers, name) = (self.kind.importers(), self.kind.name());
        let job = self.store.import_job::<CanChange>(caller, importers, name, id).await?;
        if job.get().status != ImportStatus::Created {
            return self.view(job.get()).await;
        }
        let key = self.objects.keep_import(job.get().id).await?;
        let key = key.ok_or_else(|| Error::Conflict {
            code: "nothing_uploaded",
            message: "The file is not uploaded yet.".to_owned(),
        })?;
        self.view(&self.store.start_import(&job, &key).await?).await
    }

    /// `GET …/import/jobs/{id}`: how far an import has come.
    ///
    /// # Errors
    /// Those of [`Store::import_job`].
    pub async fn job(&self, caller: &UserCaller, id: &str) -> Result<customer::ImportJob> {
        let (importers, name) = (self.kind.importers(), self.kind.name());
        let job = self.store.import_job::<CanRead>(caller, importers, name, id).await?;
        self.view(job.get()).await
    }

    async fn view(&self, job: &ImportJob) -> Result<customer::ImportJob> {
        let counts = job.progress.counts;
        let report = match &job.report_key {
            None => None,
            Some(key) => Some(self.objects.link(key).await?),
        };
        Ok(customer::ImportJob {
            id: job.id.to_string(),
            status: Some(match job.status {
                ImportStatus::Created | ImportStatus::Queued => ImportJobStatus::Waiting,
                ImportStatus::Running => ImportJobStatus::Running,
                ImportStatus::Done => ImportJobStatus::Done,
                ImportStatus::Failed => ImportJobStatus::Failed,
            }),
            organisation_id: job.organisation_id.map(|id| id.to_string()),
            total: job.progress.total,
            done: job.progress.place.rows,
            success: counts.success,
            validation: counts.validation,
            errors: counts.errors,
            failure: job.failure.clone(),
            report,
            created_at_utc: Some(job.created_at.to_string()),
            started_at_utc: job.started_at.map(|at| at.to_string()),
            finished_at_utc: job.finished_at.map(|at| at.to_string()),
        })
    }
}
