//! `/tpp/{tpp_id}/customer`: the customers that a partner brings a provider.

use std::borrow::Cow;
use std::sync::Arc;

use attesta_model::Reason;
use attesta_model::marketplace::{CustomerChange, FIELDS, FieldKind};
use attesta_store::Idempotency;
use attesta_store::access::PartnerCaller;
use attesta_wire::marketplace::{AsPartner, BadKey, Body, Failure, Path, Refused, idempotency_key};
use attesta_wire::{Fields, FromFields};
use axum::extract::State;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::App;

/// What is said of a customer, or known of them.
#[derive(Debug)]
pub(crate) struct CustomerRecord(CustomerChange);

impl FromFields for CustomerRecord {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let mut change = CustomerChange::default();
        for field in FIELDS {
            let given = fields.raw(field.name);
            if let Some(Err(reason)) = given.map(|value| change.set(field, value)) {
                fields.problem(field.name, reason);
            }
        }
        if fields.is_sound() && change.keys().is_empty() {
            let text = "one of id, user_id, associated_cp_user and email is needed";
            fields.problem("__root__", Reason::Rule(text.to_owned()));
        }
        Some(Self(change))
    }
}

impl PartialSchema for CustomerRecord {
    fn schema() -> RefOr<Schema> {
        let object = FIELDS.into_iter().fold(ObjectBuilder::new(), |object, field| {
            let own = ObjectBuilder::new();
            let own = match field.kind {
                FieldKind::Text => own.schema_type(Type::String),
                FieldKind::Integer => own.schema_type(Type::Integer),
                FieldKind::Boolean => own.schema_type(Type::Boolean),
                FieldKind::Object => own.schema_type(Type::Object),
                FieldKind::DateTime => own
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))),
                FieldKind::Email => own
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::Custom("email".to_owned()))),
            };
            object.property(field.name, own)
        });
        object.into()
    }
}

impl ToSchema for CustomerRecord {
    fn name() -> Cow<'static, str> {
        "CustomerRecord".into()
    }
}

/// Create Or Update Provider Customer
///
/// Found by the first of `id`, `user_id`, `associated_cp_user` and `email` that
/// is given and is a customer's, whom it is then said of; else it is a new
/// customer. A field that is not given stays as it is, null takes its value
/// away. Keys of several customers are refused.
#[utoipa::path(post, path = "/tpp/{tpp_id}/customer", operation_id = "upsertProviderCustomer",
    tag = "marketplace", request_body = CustomerRecord,
    params(("tpp_id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, description = "OK", body = CustomerRecord), BadKey, Refused,
        (status = 404, description = "Not found")))]
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    AsPartner(caller): AsPartner,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body<CustomerRecord>,
) -> Result<([(HeaderName, &'static str); 1], String), Failure> {
    const JSON: [(HeaderName, &str); 1] = [(CONTENT_TYPE, "application/json")];
    let key = repeatable(&headers, &caller, &[id.as_bytes(), &body.raw])?;
    let CustomerRecord(change) = &body.value;
    Ok((JSON, app.store.put_customer(&caller, &id, change, key.as_ref()).await?))
}

fn repeatable(
    headers: &HeaderMap,
    caller: &PartnerCaller,
    call: &[&[u8]],
) -> Result<Option<Idempotency>, Failure> {
    let key = idempotency_key(headers)?;
    let client = caller.client_id();
    Ok(key.map(|key| Idempotency::of_machine(client, "customers", key, call)))
}
