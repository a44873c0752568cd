//! `/lapi/v1/verification/{organisation_id}/{learner_id}/`: an organisation
//! submits what is to be verified, and sees what came of it.

use std::sync::Arc;

use attesta_model::{Error, InstrumentId, Reason, Result};
use attesta_objects::{Purpose, Shelf};
use attesta_store::{Idempotency, NewRequest, Plan, Planned};
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{Body, Denied, Detail, Failure, Invalid, Path, Refused};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use utoipa::ToSchema;

use crate::App;
use crate::document::Document;
use crate::handed_in::{HandedIn, repeatable};
use crate::learners::ids;

const MAX_INSTRUMENTS: usize = 10;

/// What is to be verified.
#[derive(Debug, ToSchema)]
pub(crate) struct NewVerification {
    /// The instruments to verify with, by number; at most ten.
    #[schema(value_type = Vec<i64>)]
    instruments: Vec<InstrumentId>,
    /// What the learner was doing, in the organisation's words.
    #[schema(value_type = Option<String>, max_length = 250)]
    activity: Option<String>,
    #[serde(flatten)]
    handed_in: HandedIn,
}

impl FromFields for NewVerification {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let numbers = fields.required::<Vec<i64>>("instruments");
        let activity = fields.nullable::<Text<250>>("activity").flatten();
        let handed_in = HandedIn::from_fields(fields);
        Some(Self {
            instruments: instruments(fields, &numbers?)?,
            activity: activity.map(|text| text.0),
            handed_in: handed_in?,
        })
    }
}

/// Each instrument once, in the order given.
fn instruments(fields: &mut Fields, numbers: &[i64]) -> Option<Vec<InstrumentId>> {
    let mut ids = Vec::with_capacity(numbers.len());
    for number in numbers {
        match u64::try_from(*number).ok().and_then(InstrumentId::new) {
            Some(id) if ids.contains(&id) => {}
            Some(id) => ids.push(id),
            None => fields.problem("instruments", Reason::NotAChoice(number.to_string())),
        }
    }
    if numbers.is_empty() {
        fields.problem("instruments", Reason::Blank);
    }
    if ids.len() > MAX_INSTRUMENTS {
        fields.problem("instruments", Reason::Rule("At most ten instruments.".to_owned()));
    }
    fields.is_sound().then_some(ids)
}

/// Submit a verification request
///
/// With an `Idempotency-Key` the same call may be made again for a day: it has
/// one effect, and one answer.
#[utoipa::path(post, path = "/lapi/v1/verification/{organisation_id}/{learner_id}/",
    operation_id = "createVerification", tag = "intake", request_body = NewVerification,
    params(("organisation_id" = String, Path), ("learner_id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, max_length = 255)),
    responses((status = 201, description = "OK", body = Document), Denied, Refused))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body<NewVerification>,
) -> Result<(StatusCode, Json<Document>), Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let idempotency =
        repeatable("verification", &headers, &caller, (organisation, learner), &body.raw)?;
    let new = body.value;
    let planned = app
        .store
        .plan_request(&caller, organisation, learner, &new.instruments, idempotency.as_ref())
        .await?;
    let answer = match planned {
        Planned::Same(answer) => answer,
        Planned::New(plan) => submit(&app, &plan, new, idempotency.as_ref()).await?,
    };
    let document: Document = serde_json::from_str(&answer).map_err(Error::internal)?;
    Ok((StatusCode::CREATED, Json(document.linked(&app.objects).await?)))
}

/// Stores the document, then the request: a document without a request is
/// litter, a request without a document would be a loss.
async fn submit(
    app: &App,
    plan: &Plan,
    new: NewVerification,
    idempotency: Option<&Idempotency>,
) -> Result<String> {
    let (organisation, learner) = (plan.organisation_id(), plan.learner_id());
    let shelf = Shelf { purpose: Purpose::Request, organisation, learner };
    let data_key = new.handed_in.store(&app.objects, shelf).await?;
    let request = NewRequest { activity: new.activity, data_key };
    app.store
        .submit(plan, &request, idempotency, |request| {
            serde_json::to_string(&Document::new(request)).map_err(Error::internal)
        })
        .await
}

/// Read a verification request
#[utoipa::path(get, path = "/lapi/v1/verification/{organisation_id}/{learner_id}/{request_id}/",
    operation_id = "readVerification", tag = "intake",
    params(("organisation_id" = String, Path), ("learner_id" = String, Path),
        ("request_id" = String, Path)),
    responses((status = 200, description = "OK", body = Document), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner, request)): Path<(String, String, String)>,
) -> Result<Json<Document>, Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let request = request.parse().map_err(|_| Error::not_found())?;
    let found = app.store.request(&caller, organisation, learner, request).await?;
    Ok(Json(Document::new(&found).linked(&app.objects).await?))
}

/// Cancel a verification request
///
/// While a provider's answer is still to come: none is taken any more then.
#[utoipa::path(post,
    path = "/lapi/v1/verification/{organisation_id}/{learner_id}/{request_id}/cancel/",
    operation_id = "cancelVerification", tag = "intake",
    params(("organisation_id" = String, Path), ("learner_id" = String, Path),
        ("request_id" = String, Path)),
    responses((status = 200, description = "cancelled, now or before", body = Document), Denied,
        (status = 400, description = "no longer open", body = Invalid),
        (status = 409, description = "changed by others meanwhile", body = Detail)))]
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((organisation, learner, request)): Path<(String, String, String)>,
) -> Result<Json<Document>, Failure> {
    let (organisation, learner) = ids(&organisation, &learner)?;
    let request = request.parse().map_err(|_| Error::not_found())?;
    let cancelled = app.store.cancel(&caller, organisation, learner, request).await?;
    Ok(Json(Document::new(&cancelled).linked(&app.objects).await?))
}
