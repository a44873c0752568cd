//! Users by their roles and by what they would like to buy, for programs that
//! read for the platform, and for staff.

use std::sync::Arc;

use attesta_model::{Number, OrganisationId, Reason};
use attesta_store::{Listed, PreferenceWanted, RolesWanted};
use attesta_wire::customer::inputs::RegionIso;
use attesta_wire::customer::{AsCaller, Failure, Failures, Params, UserList, UserSummary, page};
use axum::extract::State;
use axum::response::Response;
use utoipa::IntoParams;

use crate::App;

/// So many users are answered at once; a `Link` header leads to the rest.
const PAGE: usize = 1_000;

/// By which roles.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of a query, which `Params` reads")]
struct RoleParams {
    /// include these array items
    ///
    /// Users with one of these roles.
    #[param(required = false)]
    include: String,
    /// exclude these array items
    ///
    /// Users with none of these.
    #[param(required = false)]
    exclude: String,
    /// Organisation Id
    #[param(required = false)]
    organisation_id: String,
    /// How many users are passed over.
    #[param(required = false, minimum = 0)]
    offset: i64,
}

/// By what they would like to buy.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of a query, which `Params` reads")]
struct PreferenceParams {
    /// User preferences array. comma separated
    ///
    /// Each reads `commodity:grade:region`, where a part may be empty or missing
    /// for any: `12`, `12:3`, `12::GB-ENG`.
    #[param(required = false)]
    preferences: String,
    /// Filter by organisation Id
    ///
    /// Its own users are left out.
    #[param(required = false)]
    organisation_id: String,
    /// How many users are passed over.
    #[param(required = false, minimum = 0)]
    offset: i64,
}

/// By a commodity and regions.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of a query, which `Params` reads")]
struct CommodityParams {
    /// Region ISOs separated by commas
    #[param(rename = "regionISOs", required = false)]
    region_isos: String,
    /// Commodity ID
    commodity_id: f64,
    /// How many users are passed over.
    #[param(required = false, minimum = 0)]
    offset: i64,
}

/// Get Users By Roles
#[utoipa::path(get, path = "/customers/users/by-roles", operation_id = "getUsersByRoles",
    tag = "users", params(RoleParams),
    responses((status = 200, description = "OK", body = UserList), Failures))]
pub(crate) async fn by_roles(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    mut params: Params,
) -> Result<Response, Failure> {
    let reads = app.store.reads_for_platform(&caller).await?;
    let (include, exclude) = (params.list("include"), params.list("exclude"));
    if include.is_empty() && exclude.is_empty() {
        params.problem("include", Reason::Required);
    }
    let wanted = RolesWanted { include, exclude, organisation_id: organisation(&mut params) };
    let place = params.place();
    params.check()?;
    let listed = app.store.users_by_roles(&reads, &wanted, &place, PAGE).await?;
    shown(&listed, &params)
}

/// Find users by preferences
#[utoipa::path(get, path = "/customers/users/by-preferences",
    operation_id = "findUsersByPreferences", tag = "users", params(PreferenceParams),
    responses((status = 200, description = "OK", body = UserList), Failures))]
pub(crate) async fn by_preferences(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    mut params: Params,
) -> Result<Response, Failure> {
    let reads = app.store.reads_for_platform(&caller).await?;
    let mut wanted = Vec::new();
    for text in params.list("preferences") {
        match preference(&text) {
            Some(preference) => wanted.push(preference),
            None => params.problem("preferences", Reason::NotAChoice(text)),
        }
    }
    if wanted.is_empty() {
        wanted.push(PreferenceWanted::default());
    }
    let (but_of, place) = (organisation(&mut params), params.place());
    params.check()?;
    let listed = app.store.users_by_preferences(&reads, &wanted, but_of, &place, PAGE).await?;
    shown(&listed, &params)
}

/// Get Users By Commodity Regions
#[utoipa::path(get, path = "/customers/users/by-commodity-regions",
    operation_id = "getUsersByCommodityRegions", tag = "users", params(CommodityParams),
    responses((status = 200, description = "OK", body = UserList), Failures))]
pub(crate) async fn by_commodity_regions(
    State(app): State<Arc<App>>,
    AsCaller(caller): AsCaller,
    mut params: Params,
) -> Result<Response, Failure> {
    let reads = app.store.reads_for_platform(&caller).await?;
    let commodity = params.choice("commodityId", |text| text.parse::<Number>().ok());
    if commodity.is_none() {
        params.problem("commodityId", Reason::Required);
    }
    let mut regions = Vec::new();
    for text in params.list("regionISOs") {
        match RegionIso::of(&text) {
            Some(region) => regions.push(region.0),
            None => params.problem("regionISOs", Reason::NotAChoice(text)),
        }
    }
    let place = params.place();
    params.check()?;
    let wanted = [PreferenceWanted { commodity, grade: None, regions }];
    let listed = app.store.users_by_preferences(&reads, &wanted, None, &place, PAGE).await?;
    shown(&listed, &params)
}

fn shown(
    listed: &Listed<(attesta_model::User, Option<attesta_model::Organisation>)>,
    params: &Params,
) -> Result<Response, Failure> {
    let rows = listed.rows.iter();
    let users = rows.map(|(user, home)| UserSummary::new(user, home.as_ref())).collect();
    page(UserList { users }, params, listed.next.as_ref())
}

/// An organisation that may be named; one that there is none of has nobody.
fn organisation(params: &mut Params) -> Option<OrganisationId> {
    let id = params.text("organisationId")?;
    Some(id.parse().unwrap_or(OrganisationId(uuid::Uuid::nil())))
}

/// Reads `commodity:grade:region`.
fn preference(text: &str) -> Option<PreferenceWanted> {
    let mut parts = text.split(':').map(str::trim);
    let [commodity, grade, region] = [(); 3].map(|()| parts.next().filter(|part| !part.is_empty()));
    let number = |text: Option<&str>| text.map(str::parse::<Number>).transpose().ok();
    let regions = match region {
        Some(region) => vec![RegionIso::of(region)?.0],
        None => Vec::new(),
    };
    let wanted = PreferenceWanted { commodity: number(commodity)?, grade: number(grade)?, regions };
    parts.next().is_none().then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preference_is_written_with_colons() {
        let number = |text: &str| text.parse::<Number>().expect("a number");
        let any = PreferenceWanted::default();
        let region = || vec!["GB-ENG".to_owned()];
        for (text, expected) in [
            ("12", PreferenceWanted { commodity: Some(number("12")), ..any.clone() }),
            ("12.0:", PreferenceWanted { commodity: Some(number("12")), ..any.clone() }),
            (":3", PreferenceWanted { grade: Some(number("3")), ..any.clone() }),
            ("::gb-eng", PreferenceWanted { regions: region(), ..any.clone() }),
        ] {
            assert_eq!(preference(text), Some(expected), "{text}");
        }
        for bad in ["x", "1:x", "1:2:GB", "1:2:GB-ENG:4"] {
            assert_eq!(preference(bad), None, "{bad}");
        }
    }
}
