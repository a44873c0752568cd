//! `/api/v2/admin/instrument/`: kinds of verification.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::Instrument;
use attesta_store::Names;
use attesta_store::access::{CanChange, CanRead};
use attesta_wire::auth::AsUser;
use attesta_wire::provider::{
    Body, Denied, Failure, InstrumentView, Listing, Page, PageRequest, Path, Refused,
};
use attesta_wire::{Fields, FromFields, Text};
use axum::Json;
use axum::extract::{OriginalUri, State};
use http::{HeaderMap, StatusCode};
use utoipa::ToSchema;

use crate::App;
use crate::options::OptionsSchema;
use crate::whole::{Parts, Whole};

/// What may be said of an instrument.
#[derive(Debug, ToSchema)]
#[schema(as = InstrumentFields)]
pub(crate) struct InstrumentFields {
    #[schema(value_type = String, required = false, min_length = 1, max_length = 250)]
    name: Option<Text<250>>,
    #[schema(value_type = String, required = false, min_length = 1, max_length = 30)]
    acronym: Option<Text<30>>,
    #[schema(value_type = String, required = false, min_length = 1, max_length = 50)]
    queue: Option<Text<50>>,
    #[schema(value_type = bool, required = false)]
    enabled: Option<bool>,
    #[schema(value_type = bool, required = false)]
    requires_enrolment: Option<bool>,
    #[schema(value_type = Option<String>, max_length = 2000)]
    description: Option<Option<Text<2000>>>,
    #[schema(value_type = bool, required = false)]
    identity: Option<bool>,
    #[schema(value_type = bool, required = false)]
    originality: Option<bool>,
    #[schema(value_type = bool, required = false)]
    authorship: Option<bool>,
    #[schema(value_type = bool, required = false)]
    integrity: Option<bool>,
    #[schema(value_type = Option<Object>)]
    options_schema: Option<Option<OptionsSchema>>,
}

impl FromFields for InstrumentFields {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            name: fields.optional("name"),
            acronym: fields.optional("acronym"),
            queue: fields.optional("queue"),
            enabled: fields.optional("enabled"),
            requires_enrolment: fields.optional("requires_enrolment"),
            description: fields.nullable("description"),
            identity: fields.optional("identity"),
            originality: fields.optional("originality"),
            authorship: fields.optional("authorship"),
            integrity: fields.optional("integrity"),
            options_schema: fields.nullable("options_schema"),
        })
    }
}

impl Parts for InstrumentFields {
    const REQUIRED: &'static [&'static str] = &["name", "acronym", "queue"];
    const WHOLE: &'static str = "WholeInstrument";
}

impl InstrumentFields {
    fn names(&self) -> Names<'_> {
        Names {
            acronym: self.acronym.as_ref().map(|text| text.0.as_str()),
            queue: self.queue.as_ref().map(|text| text.0.as_str()),
        }
    }

    /// The instrument with what is said; the rest stays.
    fn applied(self, old: Instrument) -> Instrument {
        Instrument {
            name: self.name.map_or(old.name, |text| text.0),
            acronym: self.acronym.map_or(old.acronym, |text| text.0),
            queue: self.queue.map_or(old.queue, |text| text.0),
            enabled: self.enabled.unwrap_or(old.enabled),
            requires_enrolment: self.requires_enrolment.unwrap_or(old.requires_enrolment),
            description: self.description.map_or(old.description, |given| given.map(|text| text.0)),
            identity: self.identity.unwrap_or(old.identity),
            originality: self.originality.unwrap_or(old.originality),
            authorship: self.authorship.unwrap_or(old.authorship),
            integrity: self.integrity.unwrap_or(old.integrity),
            options_schema: self
                .options_schema
                .map_or(old.options_schema, |given| given.map(|schema| schema.0.to_string())),
            ..old
        }
    }
}

/// An instrument with all that it can't be without.
type WholeInstrument = Whole<InstrumentFields>;

/// List instruments
#[utoipa::path(get, path = "/api/v2/admin/instrument/", operation_id = "adminListInstruments",
    tag = "admin", params(Listing),
    responses((status = 200, description = "OK", body = Page<InstrumentView>), Denied))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Json<Page<InstrumentView>>, Failure> {
    let request = PageRequest::from(listing);
    let page = app.store.staff_instruments(&caller, &request.query()).await?;
    let views = page.rows.iter().cloned().map(InstrumentView::from).collect();
    Ok(Json(request.answer(&page, views, (&app.base, &headers, &uri))))
}

/// Create an instrument
#[utoipa::path(post, path = "/api/v2/admin/instrument/", operation_id = "adminCreateInstrument",
    tag = "admin", request_body = WholeInstrument,
    responses((status = 201, description = "made", body = InstrumentView), Denied, Refused))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    body: Body<WholeInstrument>,
) -> Result<(StatusCode, Json<InstrumentView>), Failure> {
    let Whole(fields) = body.value;
    let new = app.store.plan_instrument(&caller, fields.names()).await?;
    let now = app.store.ids().now();
    let blank = Instrument {
        id: new.id(),
        name: String::new(),
        acronym: String::new(),
        queue: String::new(),
        enabled: false,
        requires_enrolment: false,
        description: None,
        identity: false,
        originality: false,
        authorship: false,
        integrity: false,
        options_schema: None,
        created_at: now,
        updated_at: now,
        revision: 0,
    };
    let instrument = fields.applied(blank);
    app.store.create_instrument(&new, &instrument).await?;
    Ok((StatusCode::CREATED, Json(instrument.into())))
}

/// Read an instrument
#[utoipa::path(get, path = "/api/v2/admin/instrument/{id}/", operation_id = "adminReadInstrument",
    tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, description = "OK", body = InstrumentView), Denied))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
) -> Result<Json<InstrumentView>, Failure> {
    let names = Names::default();
    let managed = app.store.managed_instrument::<CanRead>(&caller, &id, names).await?;
    Ok(Json(managed.get().instrument.clone().into()))
}

/// Change an instrument
///
/// A field that needs not be given and isn't stays as it is. Options that
/// providers have already are not held to a new schema until they change.
#[utoipa::path(put, path = "/api/v2/admin/instrument/{id}/", tag = "admin",
    operation_id = "adminUpdateInstrument", request_body = WholeInstrument,
    params(("id" = i64, Path)),
    responses((status = 200, description = "OK", body = InstrumentView), Denied, Refused))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
    body: Body<WholeInstrument>,
) -> Result<Json<InstrumentView>, Failure> {
    change(&app, &caller, &id, body.value.0).await
}

/// Change some of an instrument
#[utoipa::path(patch, path = "/api/v2/admin/instrument/{id}/", tag = "admin",
    operation_id = "adminPatchInstrument", request_body = InstrumentFields,
    params(("id" = i64, Path)),
    responses((status = 200, description = "OK", body = InstrumentView), Denied, Refused))]
pub(crate) async fn patch(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
    body: Body<InstrumentFields>,
) -> Result<Json<InstrumentView>, Failure> {
    change(&app, &caller, &id, body.value).await
}

async fn change(
    app: &App,
    caller: &UserCaller,
    id: &str,
    fields: InstrumentFields,
) -> Result<Json<InstrumentView>, Failure> {
    let managed = app.store.managed_instrument::<CanChange>(caller, id, fields.names()).await?;
    let changed = fields.applied(managed.get().instrument.clone());
    Ok(Json(app.store.change_instrument(&managed, changed).await?.into()))
}
