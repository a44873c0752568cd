//! `GET /customers/organisations`: staff look through all of them.

use attesta_model::{Organisation, OrganisationId, Status};
use attesta_store::{Indexed, Seed};
use attesta_testing::{Answer, call, json};
use jiff::SignedDuration;
use serde_json::Value;

use crate::world::Organisations;

const PATH: &str = "/customers/organisations";

impl Organisations {
    /// An organisation that the stream's consumer has seen.
    async fn listed(&self, name: &str, status: Status) {
        let store = &self.world.store;
        self.world.clock.advance(SignedDuration::from_millis(1));
        let id = OrganisationId(store.ids().uuid().expect("random"));
        let organisation =
            Organisation { status, ..Organisation::new(id, name, store.ids().now()) };
        Seed(store).organisation(&organisation).await.expect("written");
        store.keep_entries(Indexed::Organisation(id)).await.expect("kept");
    }

    async fn list(&self, query: &str) -> Answer {
        let token = self.world.user_token(&self.world.staff);
        let path = format!("{PATH}?{query}");
        call(&self.router, json("GET", &path, &token, &Value::Null)).await
    }
}

fn names(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let rows = answer.body.as_array().expect("a list").iter();
    rows.map(|row| row["name"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn links_lead_through_all_of_them() {
    let organisations = Organisations::start().await;
    for name in ["Elm Farm", "Ash Farm", "Oak Farm", "Yew Farm", "Fir Farm"] {
        organisations.listed(name, Status::Active).await;
    }
    let (mut seen, mut query) = (Vec::new(), "limit=2&sortBy=name".to_owned());
    loop {
        let answer = organisations.list(&query).await;
        seen.extend(names(&answer).into_iter().map(str::to_owned));
        let Some(link) = answer.headers.get("link") else { break };
        let link = link.to_str().expect("a text");
        let next = link.strip_prefix(&format!("<{PATH}?")).and_then(|rest| rest.split_once('>'));
        let (next, relation) = next.expect("an address");
        assert_eq!(relation, "; rel=\"next\"");
        query = next.to_owned();
    }
    assert_eq!(seen, ["Ash Farm", "Elm Farm", "Fir Farm", "Oak Farm", "Yew Farm"]);
    let page = organisations.list("limit=2&offset=1&sortBy=name&sortDesc=true").await;
    assert_eq!(names(&page), ["Oak Farm", "Fir Farm"]);
    let newest = organisations.list("limit=1&sortBy=createdAtUTC&sortDesc=true").await;
    assert_eq!(names(&newest), ["Fir Farm"]);
}

#[tokio::test]
async fn they_are_filtered_and_counted() {
    let organisations = Organisations::start().await;
    organisations.listed("Elm Farm", Status::Active).await;
    organisations.listed("Elm Mill", Status::Pending).await;
    organisations.listed("Oak Farm", Status::Pending).await;
    assert_eq!(names(&organisations.list("status=pending").await), ["Elm Mill", "Oak Farm"]);
    assert_eq!(names(&organisations.list("query=elm").await), ["Elm Farm", "Elm Mill"]);
    assert_eq!(names(&organisations.list("query=elm%20f&status=active").await), ["Elm Farm"]);
    for (query, count) in [("", 3), ("&status=pending", 2), ("&query=farm", 2), ("&query=x", 0)] {
        let answer = organisations.list(&format!("count=true{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body),
            (200, serde_json::json!({ "count": count })),
            "{query}"
        );
    }
}

#[tokio::test]
async fn nonsense_is_refused_name_by_name() {
    let organisations = Organisations::start().await;
    let query = "limit=0&offset=-1&sortBy=colour&sortDesc=maybe&status=gone&count=2";
    let answer = organisations.list(query).await;
    assert_eq!(answer.status, 400);
    let problems = answer.body["validation"].as_array().expect("a list").iter();
    let mut fields: Vec<_> = problems.map(|one| one["field"].as_str().expect("a name")).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["count", "limit", "offset", "sortBy", "sortDesc", "status"]);
    for query in ["limit=201", "limit=x", "cursor=%20", "cursor=*", "offset=10001"] {
        assert_eq!(organisations.list(query).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn nobody_but_staff_sees_the_list() {
    let organisations = Organisations::start().await;
    let world = &organisations.world;
    for (token, status) in [
        (String::new(), 401),
        (world.user_token(&world.user), 403),
        (world.user_token(&world.read_only_staff), 200),
        (world.user_token(&world.staff), 200),
    ] {
        let answer = call(&organisations.router, json("GET", PATH, &token, &Value::Null)).await;
        assert_eq!(answer.status, status);
    }
}
