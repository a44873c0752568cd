//! `GET /customers/users`, and users by role and by preference.

use attesta_identity::UserCaller;
use attesta_model::{OrganisationId, Preference, Profile, User, UserId};
use attesta_store::{Indexed, Seed};
use attesta_testing::{Answer, call, json};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::Users;

impl Users {
    /// A user whom the stream's consumer has seen.
    async fn listed(&self, name: &str, home: OrganisationId, roles: &[&str], likes: Option<&str>) {
        let store = &self.world.store;
        self.world.clock.advance(SignedDuration::from_millis(1));
        let id = UserId(store.ids().uuid().expect("random"));
        let email = format!("{}@farm.example", name.to_lowercase());
        let preference = |commodity: &str| Preference {
            commodity: Some(commodity.parse().expect("a number")),
            grades: Vec::new(),
            regions: vec!["GB-ENG".to_owned()],
            enabled: true,
        };
        let user = User {
            organisation_id: Some(home),
            preferences: likes.map(preference).into_iter().collect(),
            ..User::new(id, name, &email, store.ids().now())
        };
        let roles = roles.iter().map(|&role| role.to_owned()).collect();
        Seed(store).user(&user).await.expect("written");
        Seed(store).profile(&Profile::new(id, home, roles)).await.expect("written");
        store.keep_entries(Indexed::User(id)).await.expect("kept");
    }

    async fn look(&self, caller: &UserCaller, path: &str) -> Answer {
        let (token, path) = (self.world.user_token(caller), format!("/customers/users{path}"));
        call(&self.router, json("GET", &path, &token, &Value::Null)).await
    }
}

async fn five() -> Users {
    let users = Users::start().await;
    let (own, other) = (users.world.organisation, users.world.other_organisation);
    users.listed("Una", own, &["trading-manager"], Some("1")).await;
    users.listed("Vera", own, &["trading-viewer"], None).await;
    users.listed("Will", other, &["trading-manager"], Some("1")).await;
    users.listed("Xena", other, &["member"], Some("2")).await;
    users
}

fn names(rows: &Value, field: &str) -> Vec<String> {
    let rows = rows.as_array().expect("a list").iter();
    rows.map(|row| row[field].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn a_member_lists_their_own_people_and_staff_everybody() {
    let users = five().await;
    let (world, other) = (&users.world, users.world.other_organisation);
    let own = users.look(&world.user, "?sortBy=email&sortDesc=true").await;
    assert_eq!(names(&own.body, "name"), ["Vera", "Una"]);
    assert_eq!(own.body[0]["organisationName"], "one");
    assert_eq!(
        (&own.body[0]["tokens"], &own.body[0]["roles"]),
        (&Value::Null, &json!(["trading-viewer"]))
    );
    let foreign = users.look(&world.user, &format!("?organisationId={other}")).await;
    assert_eq!(foreign.status, 404);
    let all = users.look(&world.staff, "?limit=3").await;
    assert_eq!(names(&all.body, "name"), ["Una", "Vera", "Will"]);
    assert!(all.headers.contains_key("link"));
    let theirs = users.look(&world.staff, &format!("?organisationIds={other}&query=wi")).await;
    assert_eq!(names(&theirs.body, "name"), ["Will"]);
    for (caller, count) in [(&world.user, 2), (&world.read_only_staff, 4)] {
        let answer = users.look(caller, "?count=true").await;
        assert_eq!(answer.body, json!({ "count": count }));
    }
}

#[tokio::test]
async fn unknown_orders_and_statuses_are_refused() {
    let users = Users::start().await;
    for query in ["?sortBy=phone", "?status=gone", "?limit=0", "?offset=x"] {
        assert_eq!(users.look(&users.world.user, query).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn staff_find_users_by_role() {
    let users = five().await;
    let (staff, own) = (&users.world.read_only_staff, users.world.organisation);
    for (query, expected) in [
        ("include=trading-manager,trading-viewer".to_owned(), &["una", "vera", "will"][..]),
        ("include=trading-manager&exclude=trading-viewer".to_owned(), &["una", "will"]),
        (format!("include=trading-manager&organisationId={own}"), &["una"]),
        ("include=trading-manager&organisationId=nowhere".to_owned(), &[]),
    ] {
        let answer = users.look(staff, &format!("/by-roles?{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let emails = names(&answer.body["users"], "email");
        let expected: Vec<_> = expected.iter().map(|name| format!("{name}@farm.example")).collect();
        assert_eq!(emails, expected, "{query}");
    }
    assert_eq!(users.look(staff, "/by-roles").await.status, 400);
}

#[tokio::test]
async fn staff_find_users_by_what_they_would_like_to_buy() {
    let users = five().await;
    let (staff, own) = (&users.world.staff, users.world.organisation);
    for (path, expected) in [
        ("/by-preferences?preferences=1".to_owned(), &["una", "will"][..]),
        ("/by-preferences?preferences=1::GB-ENG,2".to_owned(), &["una", "will", "xena"]),
        (format!("/by-preferences?preferences=1&organisationId={own}"), &["will"]),
        ("/by-preferences".to_owned(), &["una", "will", "xena"]),
        ("/by-commodity-regions?commodityId=1".to_owned(), &["una", "will"]),
        ("/by-commodity-regions?commodityId=1&regionISOs=FR-75".to_owned(), &[]),
    ] {
        let answer = users.look(staff, &path).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let emails = names(&answer.body["users"], "email");
        let expected: Vec<_> = expected.iter().map(|name| format!("{name}@farm.example")).collect();
        assert_eq!(emails, expected, "{path}");
    }
    for path in [
        "/by-preferences?preferences=x",
        "/by-commodity-regions",
        "/by-commodity-regions?commodityId=NaN",
        "/by-commodity-regions?commodityId=1&regionISOs=England",
    ] {
        assert_eq!(users.look(staff, path).await.status, 400, "{path}");
    }
}

#[tokio::test]
async fn lookups_are_for_staff_and_programs() {
    let users = Users::start().await;
    for path in ["/by-roles?include=x", "/by-preferences", "/by-commodity-regions?commodityId=1"] {
        assert_eq!(users.look(&users.world.user, path).await.status, 403, "{path}");
    }
}
