//! `POST` and `PUT /customers/organisations/import/preferences`.

use attesta_identity::UserCaller;
use attesta_model::Preference;

use crate::world::{Organisations, counts, said};

const ADD: (&str, &str) = ("POST", "/preferences");
const SET: (&str, &str) = ("PUT", "/preferences");

async fn kept(function: &Organisations, user: &UserCaller) -> Vec<Preference> {
    function.world.store.user(user.user_id).await.expect("readable").expect("there").preferences
}

fn preference(commodity: &str, grades: &[&str], regions: &[&str], enabled: bool) -> Preference {
    let number = |text: &str| text.parse().expect("a number");
    Preference {
        commodity: (!commodity.is_empty()).then(|| number(commodity)),
        grades: grades.iter().map(|text| number(text)).collect(),
        regions: regions.iter().map(|&region| region.to_owned()).collect(),
        enabled,
    }
}

#[tokio::test]
async fn what_is_not_there_yet_is_added() {
    let function = Organisations::start().await;
    let (staff, una) = (&function.world.staff, function.member("una", &[]).await);
    let file = format!(
        "email,userId,commodity,grades,regions,enabled\n\
         una@example.com,,17,5;3,gb-oxf,\n\
         UNA@example.com,,17,3;5,GB-OXF,\n\
         una@example.com,,,,,no\n\
         ,{},18,,,\n",
        una.user_id
    );
    let answer = function.import(staff, ADD, &[], &file).await;
    // The rows right below one another are one thing, by whichever name.
    assert_eq!(counts(&answer), [2, 0, 0], "{}", answer.body);
    assert_eq!(answer.body["results"][0]["rows"], "2-4");
    let wanted = [
        preference("17", &["3", "5"], &["GB-OXF"], true),
        preference("", &[], &[], false),
        preference("18", &[], &[], true),
    ];
    let kept_now = kept(&function, &una).await;
    assert_eq!(kept_now.len(), 3, "{kept_now:?}");
    assert!(wanted.iter().all(|one| kept_now.contains(one)), "{kept_now:?}");
    let again = function.import(staff, ADD, &[], &file).await;
    assert_eq!(said(&again), [["The preferences are as they were."]; 2]);
    assert_eq!(kept(&function, &una).await, kept_now);
}

#[tokio::test]
async fn what_is_set_is_all_that_there_is() {
    let function = Organisations::start().await;
    let (staff, una) = (&function.world.staff, function.member("una", &[]).await);
    let file = "email,commodity\nuna@example.com,1\nuna@example.com,2\n";
    assert_eq!(counts(&function.import(staff, ADD, &[], file).await), [1, 0, 0]);
    let file = "email,commodity\nuna@example.com,2\nuna@example.com,3\n";
    let answer = function.import(staff, SET, &[], file).await;
    assert_eq!(said(&answer), [["The preferences were set."]]);
    let wanted = [preference("2", &[], &[], true), preference("3", &[], &[], true)];
    assert_eq!(kept(&function, &una).await, wanted);
    let again = function.import(staff, SET, &[], file).await;
    assert_eq!(said(&again), [["The preferences are as they were."]]);
    assert_eq!(kept(&function, &una).await, wanted);
}

#[tokio::test]
async fn what_can_not_be_is_told() {
    let function = Organisations::start().await;
    let staff = &function.world.staff;
    function.member("una", &[]).await;
    let file = "email,userId,commodity,grades,regions,enabled\n\
        ,,x,1;y,odd,perhaps\n\
        odd,,1;2,,,\n\
        nobody@example.com,,1,,,\n\
        ,odd,,,,\n";
    let answer = function.import(staff, ADD, &[], file).await;
    assert_eq!(counts(&answer), [0, 3, 1], "{}", answer.body);
    let told = said(&answer);
    for column in ["email", "commodity", "grades", "regions", "enabled"] {
        assert!(told[0].iter().any(|text| text.starts_with(column)), "{column}: {told:?}");
    }
    assert_eq!(told[1].len(), 2, "{told:?}");
    // A user of another organisation than is named is as good as not there.
    let other = function.world.other_organisation.to_string();
    let file = "email,commodity\nuna@example.com,1\n";
    for method in [ADD, SET] {
        let answer = function.import(staff, method, &[("organisationId", &other)], file).await;
        assert_eq!(counts(&answer), [0, 0, 1], "{}", answer.body);
    }
    let home = function.id();
    let answer = function.import(staff, ADD, &[("organisationId", &home)], file).await;
    assert_eq!(counts(&answer), [1, 0, 0], "{}", answer.body);
}

#[tokio::test]
async fn a_row_takes_two_calls_to_the_table() {
    let function = Organisations::start().await;
    let (staff, store) = (&function.world.staff, &function.world.store);
    let una = function.member("una", &[]).await;
    let by_id = format!("userId,commodity\n{},2\n", una.user_id);
    let by_email = "email,commodity\nuna@example.com,1\n";
    for (what, method, file, calls) in [
        ("the first, by e-mail", ADD, by_email, 2),
        ("the same again, by e-mail", ADD, by_email, 2),
        ("another, by identifier", ADD, &by_id, 2),
        ("set, by e-mail", SET, by_email, 2),
        ("set, by identifier", SET, &by_id, 1),
    ] {
        let _ = store.meter().take();
        assert_eq!(counts(&function.import(staff, method, &[], file).await), [1, 0, 0], "{what}");
        // And one for who may.
        assert_eq!(store.meter().take().len(), 1 + calls, "{what}");
    }
}
