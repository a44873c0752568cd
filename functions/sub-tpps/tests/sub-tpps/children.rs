//! `GET /member/sub-tpps/{subTppId}/children`: those right below.

use serde_json::{Value, json};

use crate::world::{Members, PATH, logo, refusal, text, wanted};

fn ids(answer: &Value) -> Vec<String> {
    let rows = answer["subTpps"].as_array().expect("a list");
    rows.iter().map(|row| text(&row["id"])).collect()
}

#[tokio::test]
async fn a_member_reads_those_right_below_oldest_first_without_their_logos() {
    let members = Members::start().await;
    let parent = members.made(&wanted("p.example.com")).await;
    let path = format!("{PATH}/{parent}/children");
    let none = members.as_member("GET", &path, &Value::Null).await;
    assert_eq!(none.parts(), (200, &json!({"subTpps": []})));
    let mut body = wanted("c1.example.com");
    body["parentSubTppId"] = json!(parent);
    body["logo"] = json!(logo(9));
    let first = members.made(&body).await;
    members.world.clock.advance(jiff::SignedDuration::from_secs(1));
    let second = members.made_under("c2.example.com", &parent).await;
    members.made_under("g.example.com", &first).await;
    let answer = members.as_member("GET", &path, &Value::Null).await;
    assert_eq!((answer.status.as_u16(), ids(&answer.body)), (200, vec![first, second]));
    let child = &answer.body["subTpps"][0];
    assert_eq!((&child["parentSubTppId"], &child["logo"]), (&json!(parent), &Value::Null));
    assert_eq!(child["childSubTppIds"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn two_hundred_children_are_the_most() {
    let members = Members::start().await;
    let parent = members.made(&wanted("p.example.com")).await;
    for n in 0..200 {
        // So many calls in a minute are none too many.
        members.made_under(&format!("c{n}.example.com"), &parent).await;
    }
    let mut body = wanted("one-more.example.com");
    body["parentSubTppId"] = json!(parent);
    let answer = members.as_member("POST", PATH, &body).await;
    let told = "parentSubTppId: The parent has 200 children already.";
    assert_eq!(refusal(&answer), (400, "INVALID_ARGUMENT", told));
    let path = format!("{PATH}/{parent}/children");
    let all = members.as_member("GET", &path, &Value::Null).await;
    assert_eq!(ids(&all.body).len(), 200);
}
