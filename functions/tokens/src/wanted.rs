//! What staff want of machine clients: one that is to be, or a page of those
//! that there are.

use std::collections::HashMap;
use std::str::FromStr;

use attesta_model::{Error, Machine, MachineKind, OrganisationId, Problem, Reason, Result, Scope};
use attesta_store::{ClientFilter, ClientPlace};
use attesta_wire::customer::Failure;
use attesta_wire::{Fields, FromFields, Text};
use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use jiff::Timestamp;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A client that is to be.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the body, which `WantedClient` reads")]
pub(crate) struct NewClient {
    /// What it is called.
    #[schema(max_length = 100)]
    name: String,
    /// `csp`, `member`, `partner`, `reseller` or `service`.
    kind: String,
    /// The organisation that it acts for; a service acts for none.
    organisation_id: Option<Uuid>,
    /// What it may do, of what its kind may.
    #[schema(min_items = 1)]
    scopes: Vec<String>,
    /// From when on it counts no more; never unless said.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct WantedClient {
    pub(crate) name: String,
    pub(crate) machine: Machine,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) expires_at: Option<Timestamp>,
}

impl FromFields for WantedClient {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let name = fields.required::<Text<100>>("name");
        let kind = fields.required::<MachineKind>("kind");
        let organisation = fields.nullable::<Uuid>("organisationId").flatten().map(OrganisationId);
        let scopes = fields.required::<Vec<Scope>>("scopes");
        let expires_at = fields.nullable("expiresAt").flatten();
        let machine = machine(fields, kind?, organisation);
        check_scopes(fields, kind?, scopes.as_deref()?);
        Some(Self { name: name?.0, machine: machine?, scopes: scopes?, expires_at })
    }
}

/// The machine, which needs its organisation, or none.
fn machine(fields: &mut Fields, kind: MachineKind, of: Option<OrganisationId>) -> Option<Machine> {
    let machine = Machine::new(kind, of);
    if machine.is_none() && fields.is_sound() {
        let of_none = || Reason::Rule("must be absent: a service acts for none".to_owned());
        let reason = if of.is_some() { of_none() } else { Reason::Required };
        fields.problem("organisationId", reason);
    }
    machine
}

/// There has to be a scope, and each has to be one of the kind's.
fn check_scopes(fields: &mut Fields, kind: MachineKind, scopes: &[Scope]) {
    if scopes.is_empty() {
        fields.problem("scopes", Reason::Blank);
    }
    for scope in scopes.iter().filter(|scope| !kind.scopes().contains(scope)) {
        let text = format!("{} is nothing for a {}", scope.name(), kind.name());
        fields.problem("scopes", Reason::Rule(text));
    }
}

/// What a page of the clients may be asked for by.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of the query, which `WantedPage` reads")]
pub(crate) struct ClientQuery {
    /// Those of this organisation.
    #[param(rename = "organisationId")]
    organisation_id: Option<Uuid>,
    /// Those of this kind.
    kind: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// From where: the `next` of the page before.
    cursor: Option<String>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct WantedPage {
    pub(crate) filter: ClientFilter,
    pub(crate) limit: usize,
    pub(crate) after: Option<ClientPlace>,
}

impl WantedPage {
    const LIMIT: usize = 50;
    const MOST: usize = 200;

    fn read(query: &str) -> Result<Self> {
        let given = form_urlencoded::parse(query.as_bytes()).into_owned();
        let mut query = Query { given: given.collect(), problems: Vec::new() };
        let organisation_id = query.take("organisationId", "must be a UUID");
        let kind = query.take("kind", "is none of the kinds");
        let limit = query.take("limit", "must be 1 to 200").unwrap_or(Self::LIMIT);
        let after = query.take("cursor", "is none that was answered here");
        if !(1..=Self::MOST).contains(&limit) {
            query.problem("limit", "must be 1 to 200");
        }
        if query.problems.is_empty() {
            Ok(Self { filter: ClientFilter { kind, organisation_id }, limit, after })
        } else {
            Err(Error::Invalid(query.problems))
        }
    }
}

impl<S: Sync> FromRequestParts<S> for WantedPage {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self::read(parts.uri.query().unwrap_or_default())?)
    }
}

/// A query, and what is wrong with what was read of it.
#[derive(Debug)]
struct Query {
    given: HashMap<String, String>,
    problems: Vec<Problem>,
}

impl Query {
    fn take<T: FromStr>(&mut self, name: &str, otherwise: &str) -> Option<T> {
        let read = self.given.remove(name)?.parse();
        if read.is_err() {
            self.problem(name, otherwise);
        }
        read.ok()
    }

    fn problem(&mut self, name: &str, text: &str) {
        let reason = Reason::Rule(text.to_owned());
        self.problems.push(Problem { field: Some(name.to_owned()), reason });
    }
}

/// The client that a path names; one that can't be read is none.
#[derive(Debug)]
pub(crate) struct ClientId(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for ClientId {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let read = Path::from_request_parts(parts, state).await;
        read.map(|Path(id)| Self(id)).map_err(|_| Error::not_found().into())
    }
}
