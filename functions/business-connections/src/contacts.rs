//! `/customers/business-connections/{id}/contacts/{userId}`: somebody whom the
//! caller's organisation knows at another, and whom it lets act in it.

use std::sync::Arc;

use attesta_store::ContactOfConnection;
use attesta_wire::customer::{
    AsUser, Country, Document, Failure, Failures, Missing, Path, Phone, Profile, User, UserType,
};
use axum::Json;
use axum::extract::State;

use crate::App;

/// A contact, as the organisation that knows them sees them: nothing of what
/// they are and may do elsewhere.
fn seen(contact: ContactOfConnection) -> User {
    let ContactOfConnection { user, profile, organisation_name } = contact;
    let roles = profile.iter().flat_map(|profile| profile.roles.iter().cloned());
    User {
        id: user.id.to_string(),
        given_name: user.given_name,
        family_name: user.family_name,
        r#type: Some(UserType::External),
        external: Some(true),
        impersonating: Some(false),
        name: Some(user.name),
        email: user.email,
        country_iso: user.country.map(Country::from),
        phone: user.phone.as_deref().map(Phone::of),
        avatar: user.avatar.map(Document::from),
        roles: Some(roles.collect()),
        profiles: Some(profile.iter().map(Profile::from).collect()),
        groups: Some(Vec::new()),
        organisation_id: user.organisation_id.map(|id| id.to_string()),
        organisation_name,
        auth_platform_id: Some(user.id.to_string()),
        status: Some(user.status.into()),
        ..User::default()
    }
}

/// Connect Contact
///
/// The contact may act in the caller's organisation from now on, as far as the
/// roles go that they are given there; for now they have none. They are told by
/// e-mail how they sign in. Let in before, they stay as they are.
#[utoipa::path(put, path = "/customers/business-connections/{id}/contacts/{userId}",
    operation_id = "connectContact", tag = "business-connections",
    params(("id" = String, Path), ("userId" = String, Path)),
    responses((status = 200, description = "OK", body = User), Failures, Missing))]
pub(crate) async fn connect(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((id, user)): Path<(String, String)>,
) -> Result<Json<User>, Failure> {
    let owner = app.home(&caller).await?.managed()?;
    Ok(Json(seen(app.store.connect_contact(&owner, &id, &user).await?)))
}

/// Disconnect Contact
///
/// Their access ends at once, and so does every session of theirs. A contact
/// they stay.
#[utoipa::path(delete, path = "/customers/business-connections/{id}/contacts/{userId}",
    operation_id = "disconnectContact", tag = "business-connections",
    params(("id" = String, Path), ("userId" = String, Path)),
    responses((status = 200, description = "OK", body = User), Failures, Missing))]
pub(crate) async fn disconnect(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path((id, user)): Path<(String, String)>,
) -> Result<Json<User>, Failure> {
    let owner = app.home(&caller).await?.managed()?;
    Ok(Json(seen(app.store.disconnect_contact(&owner, &id, &user).await?)))
}
