//! `GET /member/sub-tpps`: a member's sub-TPPs, page by page.

use std::collections::BTreeSet;

use attesta_testing::{call, json};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{Members, PATH, refusal, text, wanted};

impl Members {
    async fn page(&self, query: &str) -> Value {
        let answer = self.as_member("GET", &format!("{PATH}?{query}"), &Value::Null).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        answer.body
    }

    /// One of a name; its identifier.
    async fn named(&self, domain: &str, name: &str) -> String {
        let mut body = wanted(domain);
        body["name"] = json!(name);
        self.made(&body).await
    }

    /// So many, a second apart.
    async fn many(&self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for n in 0..count {
            ids.push(self.made(&wanted(&format!("n{n}.example.com"))).await);
            self.world.clock.advance(SignedDuration::from_secs(1));
        }
        ids
    }
}

fn ids(page: &Value) -> Vec<String> {
    let rows = page["subTpps"].as_array().expect("a list");
    rows.iter().map(|row| text(&row["id"])).collect()
}

#[tokio::test]
async fn a_member_walks_its_own_oldest_first_and_can_load_each_page_again() {
    let members = Members::start().await;
    let nothing = members.page("page.limit=2").await;
    assert_eq!(nothing, json!({"offset": "", "subTpps": []}));
    let made = members.many(5).await;
    let theirs = members.as_other("POST", PATH, &wanted("n0.example.com")).await;
    assert_eq!(theirs.status, 200);

    let first = members.page("page.limit=2").await;
    assert_eq!(ids(&first), made[..2]);
    let offset = text(&first["offset"]);
    assert!(!offset.is_empty());
    assert_eq!(members.page(&format!("page.limit=2&page.offset={offset}")).await, first);
    let next = text(&first["nextOffset"]);
    let second = members.page(&format!("page.limit=2&page.offset={next}")).await;
    assert_eq!((ids(&second), text(&second["offset"])), (made[2..4].to_vec(), next));
    let last = text(&second["nextOffset"]);
    let last = members.page(&format!("page.limit=2&page.offset={last}")).await;
    assert_eq!((ids(&last), &last["nextOffset"]), (made[4..].to_vec(), &Value::Null));
    // A whole number of pages has no empty one behind it.
    assert_eq!(members.page("page.limit=5").await["nextOffset"], Value::Null);
    // An empty offset is none.
    assert_eq!(members.page("page.limit=2&page.offset=").await, first);
    // Another limit goes with the same offset.
    let rest = members.page(&format!("page.limit=199&page.offset={offset}")).await;
    assert_eq!(ids(&rest), made);
}

#[tokio::test]
async fn rows_that_come_and_go_move_no_other_to_another_page() {
    let members = Members::start().await;
    let mut made = members.many(12).await;
    let stay: BTreeSet<_> = made.iter().skip(1).step_by(2).cloned().collect();
    let (mut seen, mut query) = (Vec::new(), "page.limit=3".to_owned());
    let mut gone: Vec<_> = made.iter().step_by(2).cloned().collect();
    for n in 0.. {
        let page = members.page(&query).await;
        seen.extend(ids(&page));
        // One of the page, or of one behind it, goes; another comes.
        if let Some(id) = gone.pop() {
            let path = format!("{PATH}/{id}");
            assert_eq!(members.as_member("DELETE", &path, &Value::Null).await.status, 200);
        }
        if n < 3 {
            made.push(members.made(&wanted(&format!("new{n}.example.com"))).await);
        }
        let Some(next) = page["nextOffset"].as_str() else { break };
        query = format!("page.limit=3&page.offset={next}");
    }
    let distinct: BTreeSet<_> = seen.iter().cloned().collect();
    assert_eq!(distinct.len(), seen.len(), "one came twice");
    assert!(stay.is_subset(&distinct), "one that stayed was skipped");
    assert!(distinct.contains(made.last().expect("made")), "new ones come at the end");
}

#[tokio::test]
async fn a_page_whose_row_is_gone_goes_on_with_the_next() {
    let members = Members::start().await;
    let made = members.many(4).await;
    let page = members.page("page.limit=2").await;
    for id in [&made[0], &made[1]] {
        members.as_member("DELETE", &format!("{PATH}/{id}"), &Value::Null).await;
    }
    let again = format!("page.limit=2&page.offset={}", text(&page["offset"]));
    assert_eq!(ids(&members.page(&again).await), made[2..]);
    let next = format!("page.limit=2&page.offset={}", text(&page["nextOffset"]));
    assert_eq!(ids(&members.page(&next).await), made[2..]);
}

#[tokio::test]
async fn names_and_days_are_found_each_and_together() {
    let members = Members::start().await;
    let clock = &members.world.clock;
    // 22 November 2025, 08:00.
    let a1 = members.named("a1.example.com", "Company A").await;
    let b1 = members.named("b1.example.com", "Company B").await;
    clock.advance(SignedDuration::from_hours(16) - SignedDuration::from_millis(1));
    let a2 = members.named("a2.example.com", "Company A").await;
    clock.advance(SignedDuration::from_millis(1));
    let a3 = members.named("a3.example.com", "Company A").await;
    clock.advance(SignedDuration::from_hours(48));
    let b2 = members.named("b2.example.com", "company b").await;

    let name = |text: &str| format!("&filter.byCompanyNames={text}");
    let day = |text: &str| format!("&filter.byRegistrationDates={text}");
    let mut first_day = [a1.clone(), b1.clone(), a2.clone()];
    first_day.sort();
    let mut both: Vec<_> = [&a1, &b1, &a2, &a3].map(Clone::clone).into();
    both.sort();
    for (query, expected) in [
        (name("Company%20A"), vec![&a1, &a2, &a3]),
        (name("Company"), vec![]),
        (name("%5B%22Company%20A%22,%22Company%20B%22%5D"), both.iter().collect()),
        (name("Company%20A") + &name("Company%20B"), both.iter().collect()),
        (day("22-11-25"), first_day.iter().collect()),
        (day("23-11-25"), vec![&a3]),
        (day("%5B%2225-11-25%22,%2223-11-25%22%5D"), vec![&a3, &b2]),
        (day("24-11-25"), vec![]),
        (name("Company%20A") + &day("22-11-25"), vec![&a1, &a2]),
        (name("Company%20B") + &day("23-11-25"), vec![]),
    ] {
        for limit in [1, 2, 199] {
            let (mut seen, mut place) = (Vec::new(), String::new());
            loop {
                let page = members.page(&format!("page.limit={limit}{query}{place}")).await;
                seen.extend(ids(&page));
                let Some(next) = page["nextOffset"].as_str() else { break };
                place = format!("&page.offset={next}");
            }
            assert_eq!(seen.iter().collect::<Vec<_>>(), expected, "{query} by {limit}");
        }
    }
}

#[tokio::test]
async fn an_offset_that_was_not_answered_to_the_same_question_is_refused() {
    let members = Members::start().await;
    members.many(3).await;
    let page = members.page("page.limit=1").await;
    let (offset, next) = (text(&page["offset"]), text(&page["nextOffset"]));
    let mut tampered = next.clone();
    let last = if tampered.pop() == Some('A') { 'E' } else { 'A' };
    tampered.push(last);
    let refused = [
        ("made-up".to_owned(), ""),
        ("%ff".to_owned(), ""),
        (tampered, ""),
        (next.clone() + "A", ""),
        (offset, "&filter.byCompanyNames=x"),
        ("x".repeat(2000), ""),
    ];
    for (offset, more) in refused {
        let path = format!("{PATH}?page.limit=1&page.offset={offset}{more}");
        let answer = members.as_member("GET", &path, &Value::Null).await;
        let told = "page.offset: is none that was answered to this question";
        assert_eq!(refusal(&answer), (400, "INVALID_ARGUMENT", told), "{offset}");
    }
    let path = format!("{PATH}?page.limit=1&page.offset={next}");
    let theirs = members.as_other("GET", &path, &Value::Null).await;
    assert_eq!(theirs.status, 400, "another member's");
    // Another instance has the same key.
    let elsewhere = json("GET", &path, &members.token(), &Value::Null);
    assert_eq!(call(&members.another(), elsewhere).await.status, 200);
    assert_eq!(members.world.aws.items("PAGE_KEY").await, 1);
}

#[tokio::test]
async fn a_limit_has_to_be_given_and_what_is_wrong_is_told() {
    let members = Members::start().await;
    for (query, field) in [
        ("", "page.limit: is required"),
        ("page.limit=0", "page.limit: "),
        ("page.limit=200", "page.limit: "),
        ("page.limit=x", "page.limit: "),
        ("page.limit=1&filter.byRegistrationDates=2025-11-22", "filter.byRegistrationDates: "),
    ] {
        let answer = members.as_member("GET", &format!("{PATH}?{query}"), &Value::Null).await;
        let (status, code, message) = refusal(&answer);
        assert_eq!((status, code), (400, "INVALID_ARGUMENT"), "{query}");
        assert!(message.starts_with(field), "{message}");
    }
}
