//! `/customers/business-connections`: whom the caller's organisation deals with.

use std::sync::Arc;

use attesta_identity::UserCaller;
use attesta_model::{Error, Reason, Relationship, Result};
use attesta_store::{ConnectionPage, ConnectionQuery, Idempotency, NewConnection as New};
use attesta_wire::customer::{AsUser, Body, Failure, Failures};
use attesta_wire::instances::Query;
use attesta_wire::{Source, idempotency_key};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::header::LINK;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use utoipa::IntoParams;

use crate::App;
use crate::record::BusinessConnections;
use crate::throttle::CONNECTION;
use crate::wanted::{NewConnection, Wanted};

const PATH: &str = "/customers/business-connections";

/// Create Business Connection
///
/// With an organisation by its `id`, or by its number or else its name in its
/// country; where there is none, one is made that nobody owns yet. A contact is a
/// user of that organisation by `id`, `email` or `phone`; somebody new becomes
/// one who may do nothing and is sent nothing. The answer is the whole record, or
/// its first thousand by name. With an `Idempotency-Key` the same call has one
/// effect; its answer is the record as it is then.
#[utoipa::path(post, path = "/customers/business-connections",
    operation_id = "createBusinessConnection", tag = "business-connections",
    params(("Idempotency-Key" = Option<String>, Header)), request_body = NewConnection,
    responses((status = 200, description = "OK", body = BusinessConnections), Failures))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    source: Source,
    headers: HeaderMap,
    Body(Wanted(new)): Body<Wanted>,
) -> Result<Json<BusinessConnections>, Failure> {
    let home = app.home(&caller).await?;
    let owner = home.clone().managed()?;
    CONNECTION.count(&app.store, &caller.user_id.to_string(), &source).await?;
    let call = repeatable(&headers, &caller, &new)?;
    app.store.create_connection(&owner, &new, call.as_ref()).await?;
    Ok(Json(BusinessConnections::new(&home, &app.record(&home).await?)))
}

/// The call by its key, if it has one: whatever is said in it makes it the same.
fn repeatable(headers: &HeaderMap, caller: &UserCaller, new: &New) -> Result<Option<Idempotency>> {
    let Some(key) = idempotency_key(headers)? else { return Ok(None) };
    let New { id, company_number, country, name, relationship, contacts } = new;
    let contacts = contacts.iter().map(|one| {
        let email = one.email.as_ref().map(attesta_model::Email::as_str);
        let phone = one.phone.as_ref().map(ToString::to_string);
        (&one.id, &one.given_name, &one.family_name, email, phone)
    });
    let contacts: Vec<_> = contacts.collect();
    let call = (id, company_number, country, name, relationship, contacts);
    let call = serde_json::to_vec(&call).map_err(Error::internal)?;
    Ok(Some(Idempotency::new(None, caller.user_id, "business-connections", key, &[&call])))
}

/// Which part of the record is asked for, and in which order.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the query, which `Asked` reads")]
pub(crate) struct ConnectionsQuery {
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    #[param(minimum = 0)]
    offset: Option<u32>,
    /// `name`, which is also the order where none is asked for.
    sort_by: Option<String>,
    sort_desc: Option<bool>,
    /// Relationships with commas between them: those that have one of them.
    tags: Option<String>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Asked(ConnectionQuery);

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Query::read(&parts.uri, Self::read)?)
    }
}

impl Asked {
    #[expect(clippy::unnecessary_wraps, reason = "the form that a query is read in")]
    fn read(query: &mut Query) -> Option<Self> {
        let rule = |rule: &str| Reason::Rule(rule.to_owned());
        let number = |text: &str| text.parse::<usize>().ok();
        let is_page = |limit: &usize| (1..=200).contains(limit);
        let limit =
            query.with("limit", rule("must be 1 to 200"), |text| number(text).filter(is_page));
        let skip = query.with("offset", rule("must be a number from 0 on"), number);
        query.with("sortBy", rule("must be name"), |text| (text == "name").then_some(()));
        let descending =
            query.with("sortDesc", rule("must be true or false"), |text| text.parse().ok());
        let relationships = |text: &str| {
            let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
            names.map(Relationship::of).collect::<Option<Vec<_>>>()
        };
        let known = rule("must be relationships with commas between them");
        let relationships = query.with("tags", known, relationships).unwrap_or_default();
        Some(Self(ConnectionQuery {
            relationships,
            descending: descending.unwrap_or_default(),
            skip: skip.unwrap_or_default(),
            limit: limit.unwrap_or(50),
        }))
    }

    /// Where the page after this one is, if there is one, as a `Link` header.
    fn link(&self, page: &ConnectionPage) -> Result<Option<HeaderValue>> {
        let ConnectionQuery { relationships, descending, skip, limit } = &self.0;
        if !page.has_more {
            return Ok(None);
        }
        let tags: Vec<_> = relationships.iter().map(|one| one.name()).collect();
        let tags =
            if tags.is_empty() { String::new() } else { format!("&tags={}", tags.join(",")) };
        let query = format!("limit={limit}&offset={}&sortDesc={descending}{tags}", skip + limit);
        let link = format!("<{PATH}?{query}>; rel=\"next\"");
        link.parse().map(Some).map_err(Error::internal)
    }
}

/// Get Business Connections
///
/// By name. The next page is where the `Link` header says. Who owns another
/// organisation is told where that one deals with the caller's, too.
#[utoipa::path(get, path = "/customers/business-connections",
    operation_id = "getBusinessConnections", tag = "business-connections",
    params(ConnectionsQuery),
    responses((status = 200, description = "OK", body = BusinessConnections,
        headers(("Link" = Option<String>, description = "the next page"))), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    asked: Asked,
) -> Result<(HeaderMap, Json<BusinessConnections>), Failure> {
    let home = app.home(&caller).await?;
    let page = app.store.connections(&home, &asked.0).await?;
    let mut headers = HeaderMap::new();
    headers.extend(asked.link(&page)?.map(|link| (LINK, link)));
    Ok((headers, Json(BusinessConnections::new(&home, &page))))
}
