//! `PUT /customers/organisations/{id}/advance-pay`: where an organisation is paid
//! in advance. Nothing of it is ever logged.

use std::sync::Arc;

use attesta_model::{AdvancePay, Reason, Result};
use attesta_wire::customer::{Acknowledgement, AsUser, Body, Failure, Failures, Missing, Path};
use attesta_wire::{Field, Fields, FromFields, Text};
use axum::Json;
use axum::extract::State;
use serde_json::Value;
use utoipa::ToSchema;

use crate::App;

/// Where an organisation is to be paid in advance.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Account` reads")]
pub(crate) struct UpdateAdvancePay {
    account_name: String,
    #[schema(pattern = "^[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
    sort_code: String,
    #[schema(pattern = "^[0-9]{8,18}$")]
    account_number: String,
    /// Whether the financier agreed; what they said stays where it is left out.
    status: Option<bool>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Account(AdvancePay);

impl FromFields for Account {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let account_name = fields.required::<Text<200>>("accountName");
        let sort_code = fields.required::<SortCode>("sortCode");
        let account_number = fields.required::<AccountNumber>("accountNumber");
        let status = fields.nullable("status").flatten();
        Some(Self(AdvancePay {
            account_name: account_name?.0,
            sort_code: sort_code?.0,
            account_number: account_number?.0,
            status,
        }))
    }
}

/// A bank's code: three pairs of digits.
struct SortCode(String);

impl Field for SortCode {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let code = String::from_value(value)?;
        let mut pairs = code.split('-');
        let is_pair =
            |pair: &str| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_digit());
        let is_code = pairs.by_ref().take(3).filter(|pair| is_pair(pair)).count() == 3;
        let rule = || Reason::Rule("must be like 12-34-56".to_owned());
        (is_code && pairs.next().is_none()).then_some(Self(code)).ok_or_else(rule)
    }
}

/// An account's number.
struct AccountNumber(String);

impl Field for AccountNumber {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let number = String::from_value(value)?;
        let is_number =
            (8..=18).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        let rule = || Reason::Rule("must be 8 to 18 digits".to_owned());
        is_number.then_some(Self(number)).ok_or_else(rule)
    }
}

/// Update Advance Pay
#[utoipa::path(put, path = "/customers/organisations/{id}/advance-pay",
    operation_id = "updateAdvancePay", tag = "organisations", params(("id" = String, Path)),
    request_body = UpdateAdvancePay,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures, Missing))]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    AsUser(caller): AsUser,
    Path(id): Path<String>,
    Body(Account(account)): Body<Account>,
) -> Result<Json<Acknowledgement>, Failure> {
    let managed = app.store.managed_organisation(&caller, &id).await?;
    app.store.set_advance_pay(&managed, &account).await?;
    Ok(Json(Acknowledgement::new("The account is noted.")))
}
