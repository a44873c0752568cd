//! `/lapi/v1/verification/{organisation_id}/{learner_id}/`: an organisation
//! submits what is to be verified, and sees what came of it.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::{Error, InstrumentId, LearnerId, OrganisationId, Reason, Result, UploadId};
use attesta_store::{Idempotency, NewRequest, Plan, Planned};
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{Body, Denied, Failure, Path, Refused};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::document::Document;
use crate::learners::ids;

/// The most that a request's body may hold of a document: 256 KiB.
const MAX_INLINE: usize = 256 * 1024;
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
    /// The document itself, as text of at most 256 KiB. Or `upload`.
    #[schema(value_type = Option<String>)]
    data: Option<String>,
    /// What the document is; plain text unless said.
    #[schema(value_type = Option<String>, max_length = 100)]
    content_type: Option<String>,
    /// The upload that holds the document. Or `data`.
    #[schema(value_type = Option<Uuid>)]
    upload: Option<UploadId>,
}

impl FromFields for NewVerification {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let numbers = fields.required::<Vec<i64>>("instruments");
        let activity = fields.nullable::<Text<250>>("activity").flatten();
        let data = fields.nullable::<String>("data").flatten();
        let content_type = fields.nullable::<Text<100>>("content_type").flatten();
        let upload = fields.nullable::<Uuid>("upload").flatten();
        let rule = |text: &str| Reason::Rule(text.to_owned());
        if data.as_ref().is_some_and(|data| data.len() > MAX_INLINE) {
            fields.problem("data", rule("More than 256 KiB must be uploaded."));
        }
        if content_type.as_ref().is_some_and(|text| !text.0.bytes().all(is_visible)) {
            fields.problem("content_type", rule("Must be a media type."));
        }
        if data.is_some() == upload.is_some() && fields.is_sound() {
            fields.problem("data", rule("Give either data or an upload."));
        }
        Some(Self {
            instruments: instruments(fields, &numbers?)?,
            activity: activity.map(|text| text.0),
            data,
            content_type: content_type.map(|text| text.0),
            upload: upload.map(UploadId),
        })
    }
}

/// Whether a byte may stand in a header.
fn is_visible(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_graphic()
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
    let idempotency = idempotency(&headers, &caller, (organisation, learner), &body.raw)?;
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
    let media = new.content_type.as_deref().unwrap_or("text/plain; charset=utf-8");
    let data_key = match (new.upload, new.data) {
        (Some(upload), _) => app.objects.adopt(organisation, learner, upload, media).await?,
        (None, data) => {
            let bytes = data.unwrap_or_default().into_bytes();
            app.objects.put_document(organisation, learner, bytes, media).await?
        }
    };
    let request = NewRequest { activity: new.activity, data_key };
    app.store
        .submit(plan, &request, idempotency, |request| {
            serde_json::to_string(&Document::new(request)).map_err(Error::internal)
        })
        .await
}

/// The caller's key, if they gave one, with all that makes it the same call.
fn idempotency(
    headers: &HeaderMap,
    caller: &UserCaller,
    (organisation, learner): (OrganisationId, LearnerId),
    body: &[u8],
) -> Result<Option<Idempotency>> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key =
        key.to_str().ok().filter(|key| (1..=Idempotency::MAX_KEY_LENGTH).contains(&key.len()));
    let rule = Reason::Rule("Must be 1 to 255 visible ASCII characters.".to_owned());
    let key = key.ok_or_else(|| Error::field("Idempotency-Key", rule))?;
    let call: [&[u8]; 2] = [learner.0.as_bytes(), body];
    Ok(Some(Idempotency::new(organisation, caller.user_id, "verification", key, &call)))
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
