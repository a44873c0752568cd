//! `GET /customers/organisations`: all of them, for staff.

use std::sync::Arc;

use attesta_model::User;
use attesta_store::access::CanRead;
use attesta_store::{OrganisationOrder, OrganisationsWanted};
use attesta_wire::customer::{
    AsUser, Contact, Count, Failure, Failures, ListParams, Organisation, Params, RowsOrCount, page,
    status_of,
};
use axum::extract::State;
use axum::response::Response;
use utoipa::IntoParams;

use crate::App;

/// What organisations are asked for by.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the shape of a query, which `Params` reads")]
struct OrganisationParams {
    /// Filter by tags
    ///
    /// What they have in store: one of these, with commas between.
    #[param(required = false)]
    tags: String,
    /// Filter by status
    #[param(required = false, inline)]
    status: attesta_wire::customer::Status,
    /// If true just return a count
    #[param(required = false)]
    count: bool,
    /// Free text search field for querying
    ///
    /// Words that begin one of the name or the company number.
    #[param(required = false)]
    query: String,
    /// Modules
    ///
    /// One of these, with commas between.
    #[param(required = false)]
    modules: String,
}

/// Get Organisations
///
/// A moment behind. Sorted by name, createdAtUTC or status; units and connections
/// are left out. A `Link` header leads to the next page at the cost of one page.
#[utoipa::path(get, path = "/customers/organisations", operation_id = "listOrganisations",
    tag = "organisations", params(ListParams, OrganisationParams),
    responses((status = 200, description = "OK", body = RowsOrCount<Organisation>), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    mut params: Params,
) -> Result<Response, Failure> {
    let staff = app.store.staff::<CanRead>(&caller).await?;
    let listing = params.listing(order);
    let wanted = OrganisationsWanted {
        status: params.choice("status", status_of),
        words: params.words("query"),
        modules: params.list("modules"),
        tags: params.list("tags"),
    };
    let counts = params.flag("count");
    params.check()?;
    if counts {
        let count = app.store.organisations_counted(&staff, &wanted).await?;
        return page(RowsOrCount::<Organisation>::Count(Count { count }), &params, None);
    }
    let listed = app.store.organisations_listed(&staff, &wanted, &listing).await?;
    let rows = listed.rows.iter().map(|(one, owner)| shown(one, owner.as_ref())).collect();
    page(RowsOrCount::Rows(rows), &params, listed.next.as_ref())
}

fn order(name: &str) -> Option<OrganisationOrder> {
    match name {
        "name" => Some(OrganisationOrder::Name),
        "createdAtUTC" => Some(OrganisationOrder::CreatedAt),
        "status" => Some(OrganisationOrder::Status),
        _ => None,
    }
}

fn shown(organisation: &attesta_model::Organisation, owner: Option<&User>) -> Organisation {
    Organisation { owner_contact: owner.map(Contact::from), ..organisation.into() }
}
