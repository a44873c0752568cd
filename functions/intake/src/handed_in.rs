//! What an organisation hands in, whether to verify it or to enrol with: a
//! document inline or by upload, once however often the call is made.

use attesta_identity::UserCaller;
use attesta_model::{LearnerId, OrganisationId, Reason, Result, UploadId};
use attesta_objects::{Objects, Shelf};
use attesta_store::Idempotency;
use attesta_wire::{Fields, FromFields, Text, idempotency_key};
use http::HeaderMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// The most that a body may hold of a document: 256 KiB.
const MAX_INLINE: usize = 256 * 1024;

/// A document.
#[derive(Debug, ToSchema)]
pub(crate) struct HandedIn {
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

impl FromFields for HandedIn {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
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
        let content_type = content_type.map(|text| text.0);
        Some(Self { data, content_type, upload: upload.map(UploadId) })
    }
}

/// Whether a byte may stand in a header.
fn is_visible(byte: u8) -> bool {
    byte == b' ' || byte.is_ascii_graphic()
}

impl HandedIn {
    /// Stores the document; its key. This comes before the row that names it: a
    /// document without a row is litter, a row without one would be a loss.
    pub(crate) async fn store(self, objects: &Objects, shelf: Shelf) -> Result<String> {
        let media = self.content_type.as_deref().unwrap_or("text/plain; charset=utf-8");
        match (self.upload, self.data) {
            (Some(upload), _) => objects.adopt(shelf, upload, media).await,
            (None, data) => {
                objects.put_document(shelf, data.unwrap_or_default().into_bytes(), media).await
            }
        }
    }
}

/// The caller's `Idempotency-Key`, if they gave one, with all that makes it the
/// same call.
pub(crate) fn repeatable(
    route: &'static str,
    headers: &HeaderMap,
    caller: &UserCaller,
    (organisation, learner): (OrganisationId, LearnerId),
    body: &[u8],
) -> Result<Option<Idempotency>> {
    let Some(key) = idempotency_key(headers)? else { return Ok(None) };
    let call: [&[u8]; 2] = [learner.0.as_bytes(), body];
    Ok(Some(Idempotency::new(organisation, caller.user_id, route, key, &call)))
}
