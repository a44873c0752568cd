//! Lists: whatever is asked, a page is answered whose links lead on.

use attesta_testing::{call, json};
use attesta_wire::provider::{Base, Listing, Page, PageRequest};
use axum::extract::OriginalUri;
use axum::routing::get;
use axum::{Json, Router};
use http::HeaderMap;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use serde_json::Value;

const BASE: &str = "https://api.example.com";
const ROWS: u32 = 23;

async fn list(
    listing: Listing,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Json<Page<u32>> {
    let page = PageRequest::from(listing);
    let rows = (0..ROWS).collect();
    Json(page.page_of_all(rows, (&Base::new(Some(BASE)), &headers, &uri)))
}

async fn page(query: &str) -> Value {
    let router = Router::new().route("/rows/", get(list));
    let answer = call(&router, json("GET", &format!("/rows/?{query}"), "", &Value::Null)).await;
    assert_eq!(answer.status, 200, "{query}");
    answer.body
}

fn rows(page: &Value) -> Vec<u64> {
    let rows = page["results"].as_array().expect("rows").iter();
    rows.map(|row| row.as_u64().expect("a number")).collect()
}

/// The query of a link.
fn query(link: &Value) -> Option<String> {
    let start = format!("{BASE}/rows/?");
    link.as_str().map(|link| link.strip_prefix(&start).expect("the base").to_owned())
}

#[tokio::test]
async fn of_a_parameter_that_is_given_twice_the_last_counts() {
    assert_eq!(rows(&page("limit=3&limit=2&offset=x&offset=4").await), [4, 5]);
}

#[tokio::test]
async fn a_search_and_an_order_go_along() {
    let page = page("limit=1&search=a%20%26%C3%A9&ordering=-id,%20x").await;
    let expected = "limit=1&offset=1&ordering=%2Did%2C%20x&search=a%20%26%C3%A9";
    assert_eq!(query(&page["next"]).as_deref(), Some(expected));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_asked_the_links_lead_through_every_row(limit in 1_u64..30, search: String) {
        let search = utf8_percent_encode(&search, NON_ALPHANUMERIC).to_string();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let seen = runtime.block_on(async {
            let (mut seen, mut at) = (Vec::new(), Some(format!("limit={limit}&search={search}")));
            while let Some(query_of_page) = at {
                let page = page(&query_of_page).await;
                seen.extend(rows(&page));
                at = query(&page["next"]);
            }
            seen
        });
        prop_assert_eq!(seen, (0..u64::from(ROWS)).collect::<Vec<_>>());
    }

    #[test]
    fn no_query_breaks_a_list(limit: String, offset: String, cursor: String, number: u64) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let nonsense = format!(
            "limit={}&offset={}&cursor={}", encode(&limit), encode(&offset), encode(&cursor),
        );
        for query in [nonsense, format!("limit={number}&offset={number}&cursor=a{number}")] {
            let page = runtime.block_on(page(&query));
            prop_assert_eq!(&page["count"], ROWS);
        }
    }
}
