//! Margins as bodies have them, and
//! `/v1/Customers/{customerId}/provider-instances/margins/{providerInstanceId}`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use attesta_model::Reason;
use attesta_model::margin::{Decimal, Margin, MarginRule, Margins, OfferType};
use attesta_store::InstanceOfCustomer;
use attesta_wire::instances::{Body, Failure, Failures, OfTenant, Path, TenantHeaders, Told};
use attesta_wire::{Fields, FromFields};
use axum::extract::State;
use http::StatusCode;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::App;
use crate::relations::Seller;

/// A margin, in either spelling.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Margin)]
pub(crate) struct MarginBody {
    /// In per cent.
    #[schema(value_type = f64, required = false)]
    value: Option<f64>,
    /// The same.
    #[serde(rename = "Value")]
    #[schema(value_type = f64, required = false)]
    upper_value: Option<f64>,
    #[schema(value_type = MarginRuleBody, required = false)]
    margin_rule: Option<MarginRuleBody>,
    /// The same.
    #[serde(rename = "MarginRule")]
    #[schema(value_type = MarginRuleBody, required = false)]
    upper_margin_rule: Option<MarginRuleBody>,
}

/// How a margin makes a price, in either spelling.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginRule)]
pub(crate) struct MarginRuleBody {
    /// `Markup`, `Margin`, `SplitMargin` or `ErpMinusDiscount`, in any case.
    #[schema(value_type = String, required = false)]
    name: Option<String>,
    /// The same.
    #[serde(rename = "Name")]
    #[schema(value_type = String, required = false)]
    upper_name: Option<String>,
}

/// Offer type to margin, wrapped in `Value` or not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the shape of the body, which `offer_type_margins` reads")]
pub(crate) enum MarginsByOfferType {
    /// Wrapped.
    Wrapped {
        /// Offer type to margin.
        #[serde(rename = "Value")]
        value: BTreeMap<String, MarginBody>,
    },
    /// Not wrapped.
    Bare(BTreeMap<String, MarginBody>),
}

/// The spelling in which a field is given: with a small or a capital letter.
fn spelt(fields: &mut Fields, small: &'static str, capital: &'static str) -> &'static str {
    match (fields.has(small), fields.has(capital)) {
        (true, true) => {
            fields.problem(capital, Reason::Rule(format!("is given as {small} too")));
            small
        }
        (false, true) => capital,
        (_, false) => small,
    }
}

/// A margin that must be there.
pub(crate) fn margin(fields: &mut Fields, name: &str) -> Option<Margin> {
    fields.within(name, |fields| {
        let value = spelt(fields, "value", "Value");
        let number = fields.decimal(value);
        let rule = spelt(fields, "marginRule", "MarginRule");
        let rule = fields.within(rule, |fields| {
            let name = spelt(fields, "name", "Name");
            let text = fields.required::<String>(name)?;
            let rule = text.parse::<MarginRule>();
            rule.map_err(|_| fields.problem(name, Reason::NotAChoice(text))).ok()
        });
        let too_large = |_| Reason::Rule("must be below 100 for a Margin".to_owned());
        let margin = Margin::new(rule?, number?).map_err(too_large);
        margin.map_err(|reason| fields.problem(value, reason)).ok()
    })
}

/// The margins of offer types: absent, null, or there.
pub(crate) fn offer_type_margins(
    fields: &mut Fields,
) -> Option<Option<BTreeMap<OfferType, Margin>>> {
    const NAME: &str = "offerTypeMargins";
    if !fields.has(NAME) {
        return fields.raw(NAME).map(|_| None);
    }
    let read = fields.within(NAME, |fields| {
        let names = fields.names();
        match names.as_slice() {
            [wrapper] if wrapper.eq_ignore_ascii_case("value") => {
                fields.within(wrapper, by_offer_type)
            }
            _ => by_offer_type(fields),
        }
    });
    read.map(Some)
}

/// No margin is read twice, or of a type that there isn't, so that a long list
/// of such is refused at little cost.
fn by_offer_type(fields: &mut Fields) -> Option<BTreeMap<OfferType, Margin>> {
    let (mut seen, mut margins) = (BTreeSet::new(), BTreeMap::new());
    for name in fields.names() {
        match name.parse::<OfferType>() {
            Err(_) => fields.problem(&name, Reason::Rule("is no offer type".to_owned())),
            Ok(kind) if !seen.insert(kind) => {
                fields.problem(&name, Reason::Rule(format!("is {} again", kind.name())));
            }
            Ok(kind) => margins.extend(margin(fields, &name).map(|margin| (kind, margin))),
        }
    }
    fields.is_sound().then_some(margins)
}

/// A number in JSON, to its last digit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exact(pub(crate) Decimal);

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?;
        number.serialize(serializer)
    }
}

/// A margin.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MarginView {
    /// In per cent.
    #[schema(value_type = f64)]
    value: Exact,
    margin_rule: RuleView,
}

/// How a margin makes a price.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleView {
    /// `Markup`, `Margin`, `SplitMargin` or `ErpMinusDiscount`.
    name: &'static str,
}

impl From<Margin> for MarginView {
    fn from(margin: Margin) -> Self {
        let margin_rule = RuleView { name: margin.rule().name() };
        Self { value: Exact(margin.value()), margin_rule }
    }
}

/// Other margins.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the shape of the body, which `Changed` reads")]
pub(crate) struct ChangeMargins {
    /// Stays as it is if absent.
    margin: Option<MarginBody>,
    /// All of them: what is not among them is gone. They stay as they are if
    /// absent; null is none.
    offer_type_margins: Option<MarginsByOfferType>,
}

/// The same as it was read.
#[derive(Debug)]
pub(crate) struct Changed {
    margin: Option<Margin>,
    offer_types: Option<BTreeMap<OfferType, Margin>>,
}

impl FromFields for Changed {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let is_given = fields.names().iter().any(|name| name == "margin");
        let margin = if is_given { margin(fields, "margin") } else { None };
        let offer_types = offer_type_margins(fields).map(Option::unwrap_or_default);
        Some(Self { margin, offer_types })
    }
}

/// Change the margins of a customer's provider instance
#[utoipa::path(patch,
    path = "/v1/Customers/{customerId}/provider-instances/margins/{providerInstanceId}",
    operation_id = "changeMargins", tag = "provider-instances",
    params(("customerId" = Uuid, Path), ("providerInstanceId" = Uuid, Path), Seller, TenantHeaders),
    request_body = ChangeMargins,
    responses((status = 204, description = "changed"), Failures, Told))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    OfTenant(at): OfTenant,
    Path((customer, instance)): Path<(String, String)>,
    Seller { reseller_id }: Seller,
    body: Body<Changed>,
) -> Result<StatusCode, Failure> {
    let which =
        InstanceOfCustomer { customer: &customer, instance: &instance, reseller: reseller_id };
    let own = app.store.customer_instance(&at, which).await?;
    let Margins { instance, offer_types } = own.row().margins.clone();
    let Changed { margin, offer_types: changed } = body.value;
    let margins = Margins {
        instance: margin.unwrap_or(instance),
        offer_types: changed.unwrap_or(offer_types),
    };
    app.store.change_margins(&own, &margins).await?;
    Ok(StatusCode::NO_CONTENT)
}
