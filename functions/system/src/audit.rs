//! `GET /customers/system/audit`: who did what to which thing, when, from where.

use std::sync::Arc;

use attesta_model::{Error, Kind, Reason, Result};
use attesta_store::audit::{AuditFilter, AuditPlace, AuditRow, Thing};
use attesta_wire::Query;
use attesta_wire::customer::{AsUser, Failure, Failures, Missing};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use form_urlencoded::Serializer;
use http::HeaderMap;
use http::header::LINK;
use http::request::Parts;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::App;

const PATH: &str = "/customers/system/audit";
/// So many rows are in a page where nothing else is said.
const USUAL: usize = 50;
/// So many are at most.
const MOST: usize = 200;
/// So long a text may be that is looked for.
const MOST_TEXT: usize = 200;

/// Which rows are asked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query, which `Wanted` reads")]
pub(crate) struct AuditQuery {
    /// Those of this organisation; for its owner, their own where it is absent.
    #[param(rename = "organisationId")]
    organisation_id: Option<String>,
    /// Those by this actor: its identifier, or a kind of actor.
    actor: Option<String>,
    /// Those to this thing: an identifier of it, or a kind of thing.
    thing: Option<String>,
    /// Those from this time on.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Those before this time.
    #[param(format = DateTime)]
    to: Option<String>,
    /// So many at most; 50 where it is absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// From where: what the `Link` of the page before says.
    cursor: Option<String>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wanted {
    organisation_id: Option<String>,
    filter: AuditFilter,
    limit: usize,
    cursor: Option<AuditPlace>,
}

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let too_long = || Reason::TooLong(MOST_TEXT);
        let text = |text: &str| Some(text.to_owned()).filter(|text| text.len() <= MOST_TEXT);
        let time = || Reason::NotA(Kind::DateTime);
        let moment = |text: &str| text.parse::<Timestamp>().ok();
        let limits = || Reason::Rule(format!("must be 1 to {MOST}"));
        let limit = |text: &str| text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
        let no_place = || Reason::Rule("must be what a Link header said".to_owned());
        let read = Query::read(&parts.uri, |query| {
            Some(Self {
                organisation_id: query.with("organisationId", too_long(), text),
                filter: AuditFilter {
                    actor: query.with("actor", too_long(), text),
                    thing: query.with("thing", too_long(), text),
                    from: query.with("from", time(), moment),
                    to: query.with("to", time(), moment),
                },
                limit: query.with("limit", limits(), limit).unwrap_or(USUAL),
                cursor: query.with("cursor", no_place(), |text| text.parse().ok()),
            })
        });
        Ok(read?)
    }
}

impl Wanted {
    /// Where the page after this one is, as a `Link` header.
    fn link(&self, next: AuditPlace) -> String {
        let AuditFilter { actor, thing, from, to } = &self.filter;
        let given = [
            ("organisationId", self.organisation_id.clone()),
            ("actor", actor.clone()),
            ("thing", thing.clone()),
            ("from", from.map(|at| at.to_string())),
            ("to", to.map(|at| at.to_string())),
            ("limit", Some(self.limit.to_string())),
            ("cursor", Some(next.to_string())),
        ];
        let mut query = Serializer::new(String::new());
        for (name, value) in given {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        format!("<{PATH}?{}>; rel=\"next\"", query.finish())
    }
}

/// What somebody did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditRow)]
pub(crate) struct AuditRowView {
    id: String,
    /// When.
    #[serde(rename = "atUTC")]
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    actor: ActorView,
    /// What: the method and the path's template.
    operation: String,
    /// To which things.
    things: Vec<ThingView>,
    /// The organisation that it concerns; null where it is the platform's.
    #[schema(required)]
    organisation_id: Option<String>,
    /// What the request is found by elsewhere.
    correlation_id: String,
    /// From where: the hash of an address.
    source: String,
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditActor)]
pub(crate) struct ActorView {
    /// `user`, `staff`, `apiToken`, `machine`, or `anonymous` where nobody has to
    /// say who they are.
    kind: &'static str,
    #[schema(required)]
    id: Option<String>,
    /// The user, also behind an API token.
    #[schema(required)]
    user_id: Option<String>,
}

/// What it was done to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditThing)]
pub(crate) struct ThingView {
    /// What it is.
    kind: String,
    /// Which one: its identifier, behind those of what it is within, with `/`
    /// between; null where there is but one.
    #[schema(required)]
    id: Option<String>,
}

impl From<AuditRow> for AuditRowView {
    fn from(row: AuditRow) -> Self {
        let actor = ActorView {
            kind: row.actor.kind(),
            id: row.actor.id().map(|id| id.to_string()),
            user_id: row.actor.user_id().map(|id| id.to_string()),
        };
        let view = |Thing { kind, id }| ThingView { kind, id };
        Self {
            id: row.id.to_string(),
            at: row.at,
            actor,
            operation: row.operation,
            things: row.things.into_iter().map(view).collect(),
            organisation_id: row.organisation_id.map(|id| id.to_string()),
            correlation_id: row.correlation_id,
            source: row.source,
        }
    }
}

/// List the audit log
///
/// Newest first: of all organisations for staff, of their own for an owner. The
/// next page is where the `Link` header says; a page that was filtered may be
/// short, or empty, and still have a next one.
#[utoipa::path(get, path = "/customers/system/audit", operation_id = "listAudit",
    tag = "system", params(AuditQuery),
    responses((status = 200, description = "OK", body = Vec<AuditRowView>,
        headers(("Link" = Option<String>, description = "the next page"))), Failures, Missing))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    wanted: Wanted,
) -> Result<(HeaderMap, Json<Vec<AuditRowView>>), Failure> {
    let Wanted { organisation_id, filter, limit, cursor } = &wanted;
    let page = app.store.audit(&caller, organisation_id.as_deref(), filter, *cursor, *limit);
    let page = page.await?;
    let mut headers = HeaderMap::new();
    if let Some(next) = page.next {
        headers.insert(LINK, wanted.link(next).parse().map_err(Error::internal)?);
    }
    Ok((headers, Json(page.rows.into_iter().map(AuditRowView::from).collect())))
}
