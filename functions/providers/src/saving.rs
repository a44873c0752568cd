//! What a task changes of a model, from the wire to the table and the bucket.

use attesta_model::{EnrolmentId, Error, LearnerId, Percentage, Reason, Result, SampleId, TaskId};
use attesta_objects::Hold;
use attesta_store::access::OwnModel;
use attesta_store::{EnrolmentRow, ModelChange, Replaced, UsedSamples};
use tokio::try_join;

use crate::App;
use crate::models::{ChangeBody, ProviderEnrolment, SaveBody};

/// What a task changes; what is absent stays.
#[derive(Debug)]
pub(crate) struct Change {
    learner_id: Option<LearnerId>,
    task_id: TaskId,
    percentage: Option<Percentage>,
    can_analyse: Option<bool>,
    used_samples: Option<Vec<i64>>,
}

impl From<SaveBody> for Change {
    fn from(body: SaveBody) -> Self {
        Self {
            learner_id: Some(body.learner_id),
            task_id: body.task_id,
            percentage: Some(body.percentage.unwrap_or_default()),
            can_analyse: Some(body.can_analyse.unwrap_or_default()),
            used_samples: Some(body.used_samples.flatten().unwrap_or_default()),
        }
    }
}

impl From<ChangeBody> for Change {
    fn from(body: ChangeBody) -> Self {
        Self {
            learner_id: body.learner_id,
            task_id: body.task_id,
            percentage: body.percentage,
            can_analyse: body.can_analyse,
            used_samples: body.used_samples.map(Option::unwrap_or_default),
        }
    }
}

impl Change {
    /// Saves a task's work and lets go of the lock. What the holder uploaded is
    /// kept first, and becomes the model with the write that saves the rest.
    pub(crate) async fn save(self, app: &App, model: &OwnModel) -> Result<ProviderEnrolment> {
        let row = self.checked(model)?;
        let hold = (row.lock.by == Some(self.task_id)).then(|| hold(row, self.task_id));
        let kept = async {
            match &hold {
                Some(hold) => app.objects.keep_model(hold).await,
                None => Ok(None),
            }
        };
        let (ids, kept) = try_join!(self.used(app, model), kept)?;
        let change = self.change(app, model, ids.as_deref()).await?;
        let made = kept.clone().map(|key| (row.lock.number, key));
        let saved = app.store.save_model(model, self.task_id, &change, made).await;
        let Replaced { row, before } = settle(app, row.id, change.used, saved).await?;
        let upload = kept.is_some().then(|| hold.map(|hold| hold.upload_key())).flatten();
        let lost =
            before.model.into_iter().chain(kept).filter(|key| row.model.as_ref() != Some(key));
        for key in upload.into_iter().chain(lost) {
            app.objects.discard(&key).await;
        }
        answer(app, &row, ids).await
    }

    /// Changes what is given, and leaves the lock and the model as they are.
    pub(crate) async fn amend(self, app: &App, model: &OwnModel) -> Result<ProviderEnrolment> {
        let id = self.checked(model)?.id;
        let ids = self.used(app, model).await?;
        let change = self.change(app, model, ids.as_deref()).await?;
        let saved = app.store.amend_model(model, self.task_id, &change).await;
        let saved = settle(app, id, change.used, saved).await?;
        answer(app, &saved.row, ids).await
    }

    /// The enrolment, if it is the one that the body speaks of, and nobody else
    /// holds it.
    fn checked<'a>(&self, model: &'a OwnModel) -> Result<&'a EnrolmentRow> {
        let row = model.enrolment()?;
        if self.learner_id.is_some_and(|learner| learner != row.learner_id) {
            let reason = Reason::Rule("Must be the learner of the path.".to_owned());
            return Err(Error::field("learner_id", reason));
        }
        row.lock.allows(self.task_id)?;
        Ok(row)
    }

    async fn used(&self, app: &App, model: &OwnModel) -> Result<Option<Vec<SampleId>>> {
        match &self.used_samples {
            Some(given) => app.store.usable_samples(model, given).await.map(Some),
            None => Ok(None),
        }
    }

    async fn change(
        &self,
        app: &App,
        model: &OwnModel,
        ids: Option<&[SampleId]>,
    ) -> Result<ModelChange> {
        let used = match ids {
            Some(ids) => Some(app.store.keep_used(model, ids).await?),
            None => None,
        };
        Ok(ModelChange { percentage: self.percentage, can_analyse: self.can_analyse, used })
    }
}

/// What a task that holds a model uploads, and where.
pub(crate) const fn hold(row: &EnrolmentRow, task_id: TaskId) -> Hold {
    let EnrolmentRow { provider_id, learner_id, .. } = *row;
    Hold { provider_id, learner_id, task_id, number: row.lock.number }
}

/// Forgets the set of used samples that is nobody's after a change: the one
/// before, or the new one if the change was refused. Where it is not known
/// whether the change was written, both stay.
async fn settle(
    app: &App,
    id: EnrolmentId,
    new: Option<UsedSamples>,
    saved: Result<Replaced>,
) -> Result<Replaced> {
    let lost = match &saved {
        Ok(Replaced { row, before }) if row.used.version == before.used.version => None,
        Ok(Replaced { before, .. }) => Some(&before.used),
        Err(Error::Internal(_)) => None,
        Err(_) => new.as_ref(),
    };
    if let Some(lost) = lost {
        forget_used(app, id, lost).await;
    }
    saved
}

/// Forgets a set of used samples. One that can't be forgotten is logged, and
/// troubles nobody.
pub(crate) async fn forget_used(app: &App, id: EnrolmentId, used: &UsedSamples) {
    if let Err(error) = app.store.forget_used(id, used).await {
        tracing::warn!(%error, enrolment = %id, "used samples are left that nothing speaks of");
    }
}

async fn answer(
    app: &App,
    row: &EnrolmentRow,
    ids: Option<Vec<SampleId>>,
) -> Result<ProviderEnrolment> {
    let ids = match ids {
        Some(ids) => ids,
        None => app.store.shown_samples(row).await?,
    };
    ProviderEnrolment::new(&app.objects, row, &ids).await
}
