//! `GET /customers/users`: an organisation's people or, for staff, everybody.

use std::sync::Arc;

use attesta_store::{PeopleOrder, PeopleWanted};
use attesta_wire::customer::{
    AsUser, Count, Failure, Failures, ListParams, Params, RowsOrCount, User, page, status_of,
};
use axum::extract::State;
use axum::response::Response;
use utoipa::IntoParams;

use crate::App;

/// What users are asked for by.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of a query, which `Params` reads")]
struct UserParams {
    /// Free text search field for querying
    ///
    /// Words that begin one of the name or the e-mail address.
    #[param(required = false)]
    query: String,
    /// Filter by status
    #[param(required = false)]
    status: String,
    /// If true just return a count
    #[param(required = false)]
    count: bool,
    /// Organisation Id
    #[param(required = false)]
    organisation_id: String,
    /// Permissioned Organisation Id
    ///
    /// Users who may act in one of these, with commas between.
    #[param(required = false)]
    organisation_ids: String,
}

/// Get Users
///
/// A moment behind. Those of the caller's organisation, if none is named; for
/// staff everybody. Sorted by name, email or status. A `Link` header leads to the
/// next page.
#[utoipa::path(get, path = "/customers/users", operation_id = "listUsers", tag = "users",
    params(ListParams, UserParams),
    responses((status = 200, description = "OK", body = RowsOrCount<User>), Failures))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    mut params: Params,
) -> Result<Response, Failure> {
    let mut organisations = params.list("organisationIds");
    organisations.extend(params.text("organisationId"));
    let among = app.store.people_in_sight(&caller, &organisations).await?;
    let listing = params.listing(order);
    let (status, words) = (params.choice("status", status_of), params.words("query"));
    let wanted = PeopleWanted { status, words };
    let counts = params.flag("count");
    params.check()?;
    if counts {
        let count = app.store.people_counted(&among, &wanted).await?;
        return page(RowsOrCount::<User>::Count(Count { count }), &params, None);
    }
    let listed = app.store.people_listed(&among, &wanted, &listing).await?;
    let rows = listed.rows.into_iter().map(|(person, home)| User::new(&person, home)).collect();
    page(RowsOrCount::Rows(rows), &params, listed.next.as_ref())
}

fn order(name: &str) -> Option<PeopleOrder> {
    match name {
        "name" => Some(PeopleOrder::Name),
        "email" => Some(PeopleOrder::Email),
        "status" => Some(PeopleOrder::Status),
        _ => None,
    }
}
