//! `POST /customers/organisations/import/finmid-status`.

use attesta_identity::Caller;
use attesta_model::{Company, Organisation, OrganisationId, Status};
use attesta_store::Seed;
use serde_json::json;

use crate::world::{Organisations, counts, said};

const KIND: (&str, &str) = ("POST", "/finmid-status");

/// The world's organisation is paid in advance.
async fn with_account() -> Organisations {
    let function = Organisations::start().await;
    let body =
        json!({"accountName": "Field Farm", "sortCode": "12-34-56", "accountNumber": "12345678"});
    let answer = function.own(&function.world.user, "PUT", "/advance-pay", &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    function
}

async fn status(function: &Organisations) -> Option<bool> {
    let (store, of) = (&function.world.store, function.world.organisation);
    let caller = Caller::User(function.world.user.clone());
    let seen = store.organisations_in_sight(&caller, &[of]).await.expect("its owner");
    let account = seen[0].advance_pay().expect("an account");
    assert_eq!(account.account_number, "12345678");
    account.status
}

#[tokio::test]
async fn the_status_is_set_and_the_same_again_changes_nothing() {
    let function = with_account().await;
    let staff = &function.world.staff;
    for (text, expected) in [("true", true), ("No", false), ("1", true)] {
        let file = format!("organisationId,status\n{},{text}\n", function.id());
        let answer = function.import(staff, KIND, &[], &file).await;
        assert_eq!(said(&answer), [["The status was set."]], "{}", answer.body);
        assert_eq!(answer.body["results"][0]["id"], json!(function.id()));
        assert_eq!(status(&function).await, Some(expected));
        let again = function.import(staff, KIND, &[], &file).await;
        assert_eq!(said(&again), [["The status is as it was."]]);
    }
}

#[tokio::test]
async fn an_organisation_is_named_by_its_company_number_as_well() {
    let function = with_account().await;
    let staff = &function.world.staff;
    let company = Company { number: Some("0123 X".to_owned()), ..Company::default() };
    let kept = Organisation { company, ..function.kept().await };
    Seed(&function.world.store).named_organisation(&kept).await.expect("written");
    let file = "companyNumber,status\n0123 x,yes\n";
    let answer = function.import(staff, KIND, &[], file).await;
    assert_eq!(counts(&answer), [1, 0, 0], "{}", answer.body);
    assert_eq!(status(&function).await, Some(true));
    // Others than the one that is named are as good as not there.
    let other = function.world.other_organisation.to_string();
    let answer = function.import(staff, KIND, &[("organisationId", &other)], file).await;
    assert_eq!(counts(&answer), [0, 0, 1], "{}", answer.body);
}

#[tokio::test]
async fn what_can_not_be_is_told() {
    let function = with_account().await;
    let nobody = OrganisationId(uuid::Uuid::max());
    let other = function.world.other_organisation;
    let file = format!(
        "organisationId,companyNumber,status\n,,perhaps\nodd,,\n{nobody},,yes\n{other},,yes\n,9,yes\n"
    );
    let answer = function.import(&function.world.staff, KIND, &[], &file).await;
    assert_eq!(counts(&answer), [0, 2, 3], "{}", answer.body);
    let told = said(&answer);
    assert_eq!((told[0].len(), told[1].len()), (2, 2), "{told:?}");
    assert_eq!(told[3], ["The organisation has no account to be paid in advance on."]);
    function.set_status(Status::Deleted).await;
    let file = format!("organisationId,status\n{},yes\n", function.id());
    let answer = function.import(&function.world.staff, KIND, &[], &file).await;
    assert_eq!(counts(&answer), [0, 0, 1], "{}", answer.body);
}

#[tokio::test]
async fn a_row_takes_two_calls_to_the_table() {
    let function = with_account().await;
    let (staff, store) = (&function.world.staff, &function.world.store);
    let company = Company { number: Some("1".to_owned()), ..Company::default() };
    let kept = Organisation { company, ..function.kept().await };
    Seed(store).named_organisation(&kept).await.expect("written");
    let by_id = format!("organisationId,status\n{},yes\n", function.id());
    for (what, file, calls) in
        [("by identifier", by_id.as_str(), 1), ("by number", "companyNumber,status\n1,no\n", 2)]
    {
        let _ = store.meter().take();
        assert_eq!(counts(&function.import(staff, KIND, &[], file).await), [1, 0, 0], "{what}");
        // And one for who may.
        assert_eq!(store.meter().take().len(), 1 + calls, "{what}");
    }
}
