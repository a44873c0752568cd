//! What members say of a new sub-TPP.

use attesta_model::{Country, Domain, Error, Kind, Logo, Merchant, Reason, Result};
use attesta_wire::sub_tpps::Failure;
use attesta_wire::{Field, Fields, FromFields, Text};
use axum::extract::{FromRequestParts, Path};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

/// The most characters of a name or a sentence.
const LONG: usize = 255;
/// The most characters of a number or a code.
const SHORT: usize = 64;

/// A sub-TPP that is to be.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the body, which `WantedSubTpp` reads")]
pub(crate) struct CreateSubTpp {
    /// The fully qualified domain name of the sub-TPP; a trailing dot and
    /// international names are allowed. No two of a member's have the same.
    #[schema(min_length = 1, max_length = 255)]
    domain: String,
    /// A PNG, JPEG, SVG or WebP image of at most 256 KiB; an SVG image without
    /// scripts, animations, outward links and document types.
    #[schema(
        nullable = false,
        content_encoding = "base64",
        pattern = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
    )]
    logo: Option<String>,
    merchant: MerchantView,
    /// The recognised business name or DBA of the sub-TPP.
    #[schema(min_length = 1, max_length = 255)]
    name: String,
    /// One of the member's own, at the fourth level at most and with fewer than
    /// 200 children.
    #[schema(nullable = false)]
    parent_sub_tpp_id: Option<String>,
}

/// The business behind a sub-TPP, and its account. Names have 255 characters at
/// most, numbers and codes 64.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Merchant)]
pub(crate) struct MerchantView {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 2, max_length = 2)]
    merchant_jurisdiction: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    legal_entity_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    company_registration_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    primary_use_case: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    iban: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bic: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    account_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sort_code: Option<String>,
}

impl From<Merchant> for MerchantView {
    fn from(merchant: Merchant) -> Self {
        Self {
            merchant_jurisdiction: merchant.jurisdiction.map(String::from),
            legal_entity_name: merchant.legal_entity_name,
            company_registration_number: merchant.company_registration_number,
            primary_use_case: merchant.primary_use_case,
            iban: merchant.iban,
            bic: merchant.bic,
            account_number: merchant.account_number,
            sort_code: merchant.sort_code,
        }
    }
}

/// A sub-TPP that is to be, as it was read.
#[derive(Debug)]
pub(crate) struct WantedSubTpp {
    pub(crate) domain: Domain,
    pub(crate) name: String,
    pub(crate) merchant: Merchant,
    pub(crate) logo: Option<Logo>,
    pub(crate) parent: Option<String>,
}

impl FromFields for WantedSubTpp {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let domain = fields.required::<HostName>("domain");
        let name = fields.required::<Text<255>>("name");
        let merchant = fields.within("merchant", |fields| Some(merchant_of(fields)));
        let logo = fields.optional::<Image>("logo");
        let parent = said::<LONG>(fields, "parentSubTppId");
        Some(Self {
            domain: domain?.0,
            name: name?.0,
            merchant: merchant?,
            logo: logo.and_then(|image| image.0),
            parent,
        })
    }
}

/// A domain.
#[derive(Debug)]
struct HostName(Domain);

impl Field for HostName {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let rule = |_| Reason::Rule("must be a fully qualified domain name".to_owned());
        String::from_value(value)?.parse().map(Self).map_err(rule)
    }
}

/// An image; an empty text is none.
#[derive(Debug)]
struct Image(Option<Logo>);

impl Field for Image {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let rule = |text: String| Reason::Rule(text);
        let text = value.as_str().ok_or(Reason::NotA(Kind::String))?;
        if text.is_empty() {
            return Ok(Self(None));
        }
        let bytes = STANDARD.decode(text);
        let bytes = bytes.map_err(|_| rule("must be in base 64".to_owned()))?;
        Logo::new(bytes).map(|logo| Self(Some(logo))).map_err(|error| rule(error.to_string()))
    }
}

/// A text of at most so many characters; an empty one is none.
#[derive(Debug)]
struct Said<const MAX: usize>(Option<String>);

impl<const MAX: usize> Field for Said<MAX> {
    fn from_value(value: Value) -> Result<Self, Reason> {
        if value.as_str() == Some("") {
            return Ok(Self(None));
        }
        Text::<MAX>::from_value(value).map(|text| Self(Some(text.0)))
    }
}

fn said<const MAX: usize>(fields: &mut Fields, name: &str) -> Option<String> {
    fields.optional::<Said<MAX>>(name).and_then(|said| said.0)
}

/// A country, in two letters.
#[derive(Debug)]
pub(crate) struct InLetters(pub(crate) Country);

impl Field for InLetters {
    fn from_value(value: Value) -> Result<Self, Reason> {
        let rule = |_| Reason::Rule("must be two letters".to_owned());
        String::from_value(value)?.try_into().map(Self).map_err(rule)
    }
}

/// A merchant, all of whose fields may be absent.
fn merchant_of(fields: &mut Fields) -> Merchant {
    let jurisdiction = fields.optional::<InLetters>("merchantJurisdiction");
    Merchant {
        jurisdiction: jurisdiction.map(|letters| letters.0),
        legal_entity_name: said::<LONG>(fields, "legalEntityName"),
        company_registration_number: said::<SHORT>(fields, "companyRegistrationNumber"),
        primary_use_case: said::<LONG>(fields, "primaryUseCase"),
        iban: said::<SHORT>(fields, "iban"),
        bic: said::<SHORT>(fields, "bic"),
        account_number: said::<SHORT>(fields, "accountNumber"),
        sort_code: said::<SHORT>(fields, "sortCode"),
    }
}

/// What a path names; what can't be read is not found.
#[derive(Debug)]
pub(crate) struct PathOf<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for PathOf<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let read = Path::from_request_parts(parts, state).await;
        read.map(|Path(named)| Self(named)).map_err(|_| Error::not_found().into())
    }
}
