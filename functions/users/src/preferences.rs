//! `PUT /customers/users/preferences`: what a user would like to buy.

use std::sync::Arc;

use attesta_model::{Number, Preference, Reason};
use attesta_wire::customer::inputs::RegionIso;
use attesta_wire::customer::{AsUser, Body, Failure, Failures, User};
use attesta_wire::{Field, Fields, FromFields};
use axum::Json;
use axum::extract::State;
use utoipa::ToSchema;

use crate::App;

/// So many preferences a user has at most, and so many grades and regions each
/// of them.
const MOST: usize = 50;

/// What a user would like to buy from now on, and nothing else.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Wishes` reads")]
pub(crate) struct BuyerPreferences {
    #[schema(inline)]
    preferences: Vec<Wanted>,
    notifications_enabled: Option<bool>,
}

/// Something that a user would like to buy; what else is said of it is ignored.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of a part of the body, which `Wish` reads")]
struct Wanted {
    /// What; null for anything.
    #[schema(required)]
    commodity: Option<f64>,
    grades: Vec<f64>,
    regions: Vec<String>,
    #[schema(default = true)]
    enabled: Option<bool>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wishes {
    preferences: Vec<Preference>,
    notifications: Option<bool>,
}

struct Wish(Preference);

impl FromFields for Wishes {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let notifications = fields.nullable("notificationsEnabled").flatten();
        if !fields.has("preferences") {
            let _ = fields.required::<Vec<bool>>("preferences");
            return None;
        }
        let wishes = fields.objects::<Wish>("preferences", MOST);
        let preferences = wishes?.into_iter().map(|wish| wish.0).collect();
        Some(Self { preferences, notifications })
    }
}

impl FromFields for Wish {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.require(&["commodity"]);
        let commodity = fields.nullable::<Number>("commodity").flatten();
        let grades = list::<Number>(fields, "grades");
        let regions = list::<RegionIso>(fields, "regions");
        let enabled = fields.nullable("enabled").flatten().unwrap_or(true);
        for name in fields.names() {
            let _ = fields.raw(&name);
        }
        let regions = regions?.into_iter().map(|region| region.0).collect();
        Some(Self(Preference { commodity, grades: grades?, regions, enabled }))
    }
}

fn list<T: Field>(fields: &mut Fields, name: &str) -> Option<Vec<T>> {
    let list = fields.required::<Vec<T>>(name)?;
    if list.len() > MOST {
        fields.problem(name, Reason::Rule(format!("must have at most {MOST} entries")));
    }
    Some(list)
}

/// Set Buyer Preferences
///
/// In place of all that the caller had. Whether they want to be notified stays as
/// it is where nothing is said of it.
#[utoipa::path(put, path = "/customers/users/preferences", operation_id = "setBuyerPreferences",
    tag = "users", request_body = BuyerPreferences,
    responses((status = 200, description = "OK", body = User), Failures))]
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Body(Wishes { preferences, notifications }): Body<Wishes>,
) -> Result<Json<User>, Failure> {
    let own = app.store.user_in_sight(&caller, &caller.user_id.to_string()).await?;
    let own = app.store.set_preferences(own, preferences, notifications).await?;
    Ok(Json((&own).into()))
}
