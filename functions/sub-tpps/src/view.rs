//! A sub-TPP as it is shown.

use attesta_model::{Country, OrganisationId, SubTppId};
use attesta_store::SubTpp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::MerchantView;

/// A sub-TPP.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SubTpp)]
pub(crate) struct SubTppView {
    #[schema(value_type = String)]
    id: SubTppId,
    /// The fully qualified domain name of the sub-TPP, in ASCII and small
    /// letters, without a trailing dot.
    #[schema(required = false, min_length = 1, max_length = 255)]
    domain: String,
    /// Only where one sub-TPP is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        content_encoding = "base64",
        pattern = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
    )]
    logo: Option<String>,
    #[schema(required = false)]
    merchant: MerchantView,
    /// The recognised business name or DBA of the sub-TPP.
    #[schema(required = false, min_length = 1, max_length = 255)]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    parent_sub_tpp_id: Option<SubTppId>,
    #[schema(value_type = String, required = false)]
    member_id: OrganisationId,
    /// At most 200.
    #[schema(value_type = Vec<String>, required = false)]
    child_sub_tpp_ids: Vec<SubTppId>,
    #[schema(value_type = StatusWord, inline, required = false)]
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 256)]
    status_reason_information: Option<String>,
    #[schema(value_type = Vec<String>, required = false)]
    restricted_countries: Vec<Country>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    mcc_code: Option<String>,
    #[schema(value_type = String, format = DateTime, required = false)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime, required = false)]
    updated_at: Timestamp,
}

/// The words for where a sub-TPP stands; not all are in use.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(dead_code, reason = "the words, of which the domain has those in use")]
enum StatusWord {
    InvalidStatus,
    Activated,
    Rejected,
    AwaitingApproval,
    AwaitingDocuments,
    Deactivated,
}

/// Those of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubTppsAnswer {
    pub(crate) sub_tpps: Vec<SubTppView>,
}

/// A sub-TPP that was read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubTppAnswer {
    #[schema(required = true)]
    pub(crate) sub_tpp: SubTppView,
}

impl SubTppView {
    /// The same with its logo.
    pub(crate) fn with_logo(self, logo: Option<Vec<u8>>) -> Self {
        Self { logo: logo.map(|bytes| STANDARD.encode(bytes)), ..self }
    }
}

impl From<SubTpp> for SubTppView {
    fn from(sub_tpp: SubTpp) -> Self {
        Self {
            id: sub_tpp.id,
            domain: sub_tpp.domain.into(),
            logo: None,
            merchant: sub_tpp.merchant.into(),
            name: sub_tpp.name,
            parent_sub_tpp_id: sub_tpp.parent_id,
            member_id: sub_tpp.member_id,
            child_sub_tpp_ids: sub_tpp.children.into_iter().collect(),
            status: sub_tpp.status.name(),
            status_reason_information: sub_tpp.status_reason,
            restricted_countries: sub_tpp.restricted_countries,
            mcc_code: sub_tpp.mcc_code,
            created_at: sub_tpp.created_at,
            updated_at: sub_tpp.updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attesta_model::{MOST_CHILDREN, Merchant, SubTppStatus};

    /// An answer has to stay under four million bytes, however little its texts
    /// have to say: a control character takes the most, six signs.
    #[test]
    fn two_hundred_of_the_largest_are_less_than_4_mb() {
        let longest = || "\u{1}".repeat(255);
        let code = || Some("\u{1}".repeat(64));
        let id = SubTppId::first_of(Timestamp::UNIX_EPOCH);
        let merchant = Merchant {
            jurisdiction: Country::try_from("GB".to_owned()).ok(),
            legal_entity_name: Some(longest()),
            company_registration_number: code(),
            primary_use_case: Some(longest()),
            iban: code(),
            bic: code(),
            account_number: code(),
            sort_code: code(),
        };
        let children = (0..MOST_CHILDREN as u128).map(|n| SubTppId(uuid::Uuid::from_u128(n)));
        let largest = SubTpp {
            id,
            member_id: "0197f0a0-0000-7000-8000-00000000000a".parse().expect("an id"),
            domain: format!("{0}.{0}.{0}.{1}.com", "a".repeat(63), "a".repeat(57))
                .parse()
                .expect("a domain"),
            name: longest(),
            merchant,
            logo_key: None,
            parent_id: Some(id),
            level: 5,
            children: children.collect(),
            status: SubTppStatus::AwaitingApproval,
            status_reason: Some("\u{1}".repeat(256)),
            restricted_countries: vec![Country::try_from("GB".to_owned()).expect("one"); 250],
            mcc_code: Some("1234".to_owned()),
            created_at: Timestamp::MAX,
            updated_at: Timestamp::MAX,
            revision: 1,
        };
        let text = serde_json::to_string(&SubTppView::from(largest)).expect("JSON");
        assert!(text.len() * MOST_CHILDREN < 4_000_000 * 99 / 100, "{}", text.len());
    }
}
