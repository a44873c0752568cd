//! `POST /customers/users/request-account`: somebody would like a full account.

use std::sync::Arc;

use attesta_model::{AccountKind, AccountRequest, Email, Notice, Phone, Reason, Result};
use attesta_wire::customer::{Acknowledgement, Body, Failure, Failures};
use attesta_wire::{Field, Fields, FromFields, Source, Text};
use axum::Json;
use axum::extract::State;
use serde_json::Value;
use utoipa::ToSchema;

use crate::App;
use crate::throttle::ACCOUNT_REQUEST;

/// Who would like an account, as they say it themselves.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the shape of the body, which `Wanted` reads")]
pub(crate) struct RequestAccount {
    #[schema(value_type = RequestType, inline)]
    request_type: RequestType,
    first_name: String,
    last_name: String,
    business_name: String,
    #[schema(required)]
    company_number: Option<String>,
    email_address: String,
    /// Phone number
    #[schema(required, format = "phone-number")]
    phone: Option<String>,
}

/// The accounts that can be asked for.
#[derive(Debug, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of a field, which `Kind` reads")]
enum RequestType {
    Account,
    TradingBuyerAccount,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Wanted(AccountRequest);

impl FromFields for Wanted {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        fields.require(&["companyNumber", "phone"]);
        let kind = fields.required::<Kind>("requestType");
        let first_name = fields.required::<Text<100>>("firstName");
        let last_name = fields.required::<Text<100>>("lastName");
        let business_name = fields.required::<Text<200>>("businessName");
        let company_number = fields.nullable::<Text<50>>("companyNumber").flatten();
        let email = fields.required::<Email>("emailAddress");
        let phone = fields.nullable::<Phone>("phone").flatten();
        Some(Self(AccountRequest {
            kind: kind?.0,
            email: email?.as_str().to_owned(),
            first_name: Some(first_name?.0),
            last_name: Some(last_name?.0),
            phone: phone.map(|phone| phone.to_string()),
            business_name: Some(business_name?.0),
            company_number: company_number.map(|number| number.0),
        }))
    }
}

struct Kind(AccountKind);

impl Field for Kind {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let text = String::from_value(value)?;
        match text.as_str() {
            "account" => Ok(Self(AccountKind::Account)),
            "tradingBuyerAccount" => Ok(Self(AccountKind::TradingBuyerAccount)),
            _ => Err(Reason::NotAChoice(text)),
        }
    }
}

/// User Request Full Account
///
/// Customer service hears of it; nothing is made.
#[utoipa::path(post, path = "/customers/users/request-account",
    operation_id = "requestFullAccount", tag = "users", security(()),
    request_body = RequestAccount,
    responses((status = 200, description = "OK", body = Acknowledgement), Failures))]
pub(crate) async fn request(
    State(app): State<Arc<App>>,
    source: Source,
    Body(Wanted(request)): Body<Wanted>,
) -> Result<Json<Acknowledgement>, Failure> {
    ACCOUNT_REQUEST.count(&app.store, &source).await?;
    app.store.tell_somebody(Notice::AccountRequested(request)).await?;
    Ok(Json(Acknowledgement::new("Customer service has your request and will be in touch.")))
}
