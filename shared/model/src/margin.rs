//! What a seller puts on a price, in decimal arithmetic from end to end: a
//! binary float never stands in between.
//!
//! [`Decimal`] holds 28 digits. What a number or a quotient has beyond them is
//! refused where it is read, and rounded half to even where it is calculated.

use std::collections::BTreeMap;
use std::str::FromStr;

pub use rust_decimal::Decimal;
use rust_decimal::RoundingStrategy;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::NotKnown;

/// Prices are quoted to so many places after the point.
pub const PRICE_PLACES: u32 = 4;

/// How a margin makes a price of a list price or of the price that the end
/// customer is recommended (ERP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarginRule {
    /// So many per cent of the list price on top of it.
    Markup,
    /// So many per cent of the price itself are earned.
    Margin,
    /// So many per cent of what lies between list price and ERP on top of the
    /// list price.
    SplitMargin,
    /// So many per cent off the ERP.
    ErpMinusDiscount,
}

/// A kind of offer that may have a margin of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "names of a seller's own catalogue")]
pub enum OfferType {
    License,
    LicenseLegacy,
    SoftwareSubscription,
    PerpetualSoftware,
    AzurePlan,
    AzureReservation,
    AzureLegacy,
    AzureSavingsPlan,
}

impl MarginRule {
    /// All.
    pub const ALL: [Self; 4] =
        [Self::Markup, Self::Margin, Self::SplitMargin, Self::ErpMinusDiscount];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Markup => "Markup",
            Self::Margin => "Margin",
            Self::SplitMargin => "SplitMargin",
            Self::ErpMinusDiscount => "ErpMinusDiscount",
        }
    }
}

/// Takes a name in any letter case.
impl FromStr for MarginRule {
    type Err = NotKnown;

    fn from_str(text: &str) -> Result<Self, NotKnown> {
        let known = Self::ALL.into_iter().find(|rule| rule.name().eq_ignore_ascii_case(text));
        known.ok_or(NotKnown)
    }
}

impl OfferType {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::License,
        Self::LicenseLegacy,
        Self::SoftwareSubscription,
        Self::PerpetualSoftware,
        Self::AzurePlan,
        Self::AzureReservation,
        Self::AzureLegacy,
        Self::AzureSavingsPlan,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::License => "License",
            Self::LicenseLegacy => "LicenseLegacy",
            Self::SoftwareSubscription => "SoftwareSubscription",
            Self::PerpetualSoftware => "PerpetualSoftware",
            Self::AzurePlan => "AzurePlan",
            Self::AzureReservation => "AzureReservation",
            Self::AzureLegacy => "AzureLegacy",
            Self::AzureSavingsPlan => "AzureSavingsPlan",
        }
    }
}

/// Takes a name in any letter case.
impl FromStr for OfferType {
    type Err = NotKnown;

    fn from_str(text: &str) -> Result<Self, NotKnown> {
        let known = Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text));
        known.ok_or(NotKnown)
    }
}

/// A rule with its value in per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Margin {
    rule: MarginRule,
    #[serde(serialize_with = "as_text", deserialize_with = "from_text")]
    value: Decimal,
}

/// A value that its rule can't have: nothing, or less than nothing, would be
/// left of each price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a margin has to be below 100")]
pub struct TooLarge;

impl Margin {
    /// A margin. Its value may be negative, which makes the price lower.
    ///
    /// # Errors
    /// [`TooLarge`] for a [`MarginRule::Margin`] of 100 or more.
    pub fn new(rule: MarginRule, value: Decimal) -> Result<Self, TooLarge> {
        let is_too_large = rule == MarginRule::Margin && value >= Decimal::ONE_HUNDRED;
        if is_too_large { Err(TooLarge) } else { Ok(Self { rule, value: value.normalize() }) }
    }

    /// Its rule.
    #[must_use]
    pub const fn rule(&self) -> MarginRule {
        self.rule
    }

    /// Its value in per cent.
    #[must_use]
    pub const fn value(&self) -> Decimal {
        self.value
    }

    /// The price that it makes of these two, unrounded but for what lies beyond
    /// 28 digits; `None` where a number on the way is larger than those hold.
    #[must_use]
    pub fn price(&self, list: Decimal, erp: Decimal) -> Option<Decimal> {
        const WHOLE: Decimal = Decimal::ONE_HUNDRED;
        let part = |of: Decimal, percent: Decimal| of.checked_mul(percent)?.checked_div(WHOLE);
        match self.rule {
            MarginRule::Markup => part(list, WHOLE.checked_add(self.value)?),
            MarginRule::Margin => {
                list.checked_mul(WHOLE)?.checked_div(WHOLE.checked_sub(self.value)?)
            }
            MarginRule::SplitMargin => list.checked_add(part(erp.checked_sub(list)?, self.value)?),
            MarginRule::ErpMinusDiscount => part(erp, WHOLE.checked_sub(self.value)?),
        }
    }
}

/// A price as it is quoted: to [`PRICE_PLACES`], what lies in the middle away
/// from zero, as merchants round.
#[must_use]
pub fn quoted(price: Decimal) -> Decimal {
    price.round_dp_with_strategy(PRICE_PLACES, RoundingStrategy::MidpointAwayFromZero).normalize()
}

/// The margin of a provider instance, and those of offer types that override it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Margins {
    /// Where an offer type has none of its own.
    pub instance: Margin,
    /// Those that have.
    #[serde(default)]
    pub offer_types: BTreeMap<OfferType, Margin>,
}

impl Margins {
    /// The one that counts for an offer, of a type if that is known.
    #[must_use]
    pub fn of(&self, offer_type: Option<OfferType>) -> Margin {
        let own = offer_type.and_then(|offer_type| self.offer_types.get(&offer_type));
        *own.unwrap_or(&self.instance)
    }
}

/// A number as JSON writes it, to the last digit; `None` for what is no number,
/// or one with more digits than [`Decimal`] holds.
#[must_use]
pub fn decimal(text: &str) -> Option<Decimal> {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let is_plain = |digits: &str| {
        let unsigned = digits.strip_prefix('-').unwrap_or(digits);
        let (whole, places) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        is_digits(whole) && is_digits(places)
    };
    let number = is_plain(digits).then(|| Decimal::from_str_exact(digits).ok()).flatten()?;
    let exponent: i32 = exponent.parse().ok()?;
    let number = number.normalize();
    if number.is_zero() {
        return Some(Decimal::ZERO);
    }
    let mut shifted = number;
    // A number of more digits than this is none that is held anyway.
    if exponent.unsigned_abs() > 2 * Decimal::MAX_SCALE {
        return None;
    }
    let scale = i32::try_from(number.scale()).ok()? - exponent;
    if let Ok(scale) = u32::try_from(scale) {
        shifted.set_scale(scale).ok()?;
        return Some(shifted);
    }
    shifted.set_scale(0).ok()?;
    for _ in scale..0 {
        shifted = shifted.checked_mul(Decimal::TEN)?;
    }
    Some(shifted)
}

fn as_text<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(deserializer)?;
    Decimal::from_str_exact(&text).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Decimal {
        decimal(text).unwrap_or_else(|| panic!("{text}"))
    }

    fn margin(rule: MarginRule, value: &str) -> Margin {
        Margin::new(rule, number(value)).expect("a margin")
    }

    fn price(rule: MarginRule, value: &str, list: &str, erp: &str) -> String {
        let price = margin(rule, value).price(number(list), number(erp)).expect("a price");
        quoted(price).to_string()
    }

    #[test]
    fn each_rule_makes_its_price() {
        use MarginRule::{ErpMinusDiscount, Markup, SplitMargin};
        for (rule, value, list, erp, expected) in [
            (Markup, "10", "200", "0", "220"),
            (Markup, "-10", "200", "0", "180"),
            (Markup, "0", "0.1", "0", "0.1"),
            (Markup, "12.5", "0.3", "0", "0.3375"),
            (MarginRule::Margin, "20", "80", "0", "100"),
            (MarginRule::Margin, "99.99", "1", "0", "10000"),
            (MarginRule::Margin, "70", "1", "0", "3.3333"),
            (SplitMargin, "25", "80", "100", "85"),
            (SplitMargin, "0", "80", "100", "80"),
            (SplitMargin, "100", "80", "100", "100"),
            (ErpMinusDiscount, "15", "0", "100", "85"),
            (ErpMinusDiscount, "100", "1", "100", "0"),
        ] {
            assert_eq!(price(rule, value, list, erp), expected, "{rule:?} {value} {list} {erp}");
        }
    }

    #[test]
    fn what_lies_in_the_middle_goes_away_from_zero() {
        for (price, expected) in [
            ("1.00005", "1.0001"),
            ("1.00015", "1.0002"),
            ("1.000049", "1"),
            ("-1.00005", "-1.0001"),
        ] {
            assert_eq!(quoted(number(price)).to_string(), expected);
        }
    }

    #[test]
    fn a_margin_stays_below_a_hundred_and_nothing_else_has_to() {
        let hundred = number("100");
        assert_eq!(Margin::new(MarginRule::Margin, hundred), Err(TooLarge));
        assert!(Margin::new(MarginRule::Margin, number("99.9999999999999999999999")).is_ok());
        assert!(Margin::new(MarginRule::Markup, hundred).is_ok());
    }

    #[test]
    fn what_is_too_large_has_no_price() {
        let most = Decimal::MAX;
        for rule in MarginRule::ALL {
            let value = if rule == MarginRule::Margin { "99" } else { "200" };
            let least = if rule == MarginRule::SplitMargin { -most } else { most };
            assert_eq!(margin(rule, value).price(most, least), None, "{rule:?}");
        }
    }

    #[test]
    fn an_offer_types_margin_overrides_the_instances() {
        let own = margin(MarginRule::Margin, "5");
        let instance = margin(MarginRule::Markup, "10");
        let offer_types = BTreeMap::from([(OfferType::AzurePlan, own)]);
        let margins = Margins { instance, offer_types };
        assert_eq!(margins.of(None), instance);
        assert_eq!(margins.of(Some(OfferType::License)), instance);
        assert_eq!(margins.of(Some(OfferType::AzurePlan)), own);
        let text = serde_json::to_string(&margins).expect("JSON");
        assert!(text.contains(r#"{"azure_plan":{"rule":"margin","value":"5"}}"#), "{text}");
        assert_eq!(serde_json::from_str::<Margins>(&text).expect("margins"), margins);
    }

    #[test]
    fn names_are_read_in_any_letter_case() {
        for rule in MarginRule::ALL {
            assert_eq!(rule.name().parse(), Ok(rule));
            assert_eq!(rule.name().to_uppercase().parse(), Ok(rule));
        }
        for kind in OfferType::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(kind.name().to_lowercase().parse(), Ok(kind));
        }
        assert_eq!("mark up".parse::<MarginRule>(), Err(NotKnown));
        assert_eq!("licence".parse::<OfferType>(), Err(NotKnown));
    }

    #[test]
    fn numbers_are_read_to_the_last_digit_or_not_at_all() {
        for (text, expected) in [
            ("0", "0"),
            ("-0.0", "0"),
            ("10.50", "10.5"),
            ("0.1", "0.1"),
            ("1e2", "100"),
            ("1.25E-2", "0.0125"),
            ("-3.5e+1", "-35"),
            ("0e999999", "0"),
            ("9007199254740993", "9007199254740993"),
            ("0.1000000000000000000000000001", "0.1000000000000000000000000001"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
        ] {
            assert_eq!(number(text).to_string(), expected, "{text}");
        }
        for bad in [
            "",
            "-",
            "+1",
            ".5",
            "1.",
            "1_0",
            "1e",
            "1e1.5",
            "NaN",
            "0x10",
            " 1",
            "1e29",
            "1e-29",
            "1e99999999999",
            "79228162514264337593543950336",
            "0.10000000000000000000000000001",
        ] {
            assert_eq!(decimal(bad), None, "{bad}");
        }
    }

    fn cents(cents: i64) -> Decimal {
        Decimal::new(cents, 2)
    }

    proptest! {
        /// Whole cents and whole per cent need no more than integers.
        #[test]
        fn prices_are_exact_to_integers(list in 0..1_000_000_000_i64, erp in 0..1_000_000_000_i64, v in -99..99_i64) {
            let of = |rule| {
                let margin = Margin::new(rule, Decimal::from(v)).expect("a margin");
                margin.price(cents(list), cents(erp)).expect("a price")
            };
            let exact = |units: i64| Decimal::new(units, 4);
            prop_assert_eq!(of(MarginRule::Markup), exact(list * (100 + v)));
            prop_assert_eq!(of(MarginRule::ErpMinusDiscount), exact(erp * (100 - v)));
            prop_assert_eq!(of(MarginRule::SplitMargin), exact(list * 100 + (erp - list) * v));
            // What is earned is v per cent of the price, to the last of 28 digits.
            let price = of(MarginRule::Margin);
            let earned = price * Decimal::from(100 - v);
            prop_assert!((earned - cents(list * 100)).abs() < Decimal::new(1, 12));
        }

        #[test]
        fn more_is_never_less(list in 0..1_000_000_i64, more in 0..1_000_000_i64, v in 0..9_998_i64, w in 0..9_998_i64) {
            let (low, high) = (v.min(w), v.max(w));
            for rule in MarginRule::ALL {
                let of = |v: i64, list: i64, erp: i64| {
                    let margin = Margin::new(rule, cents(v)).expect("a margin");
                    margin.price(cents(list), cents(erp)).expect("a price")
                };
                let (erp, more) = (list + more, list + more);
                // By the value: a discount alone makes it lower.
                let (one, other) = (of(low, list, erp), of(high, list, erp));
                let grows = rule != MarginRule::ErpMinusDiscount;
                let is_so = if grows { one <= other } else { one >= other };
                prop_assert!(is_so, "{:?}", rule);
                // By the list price, and by the ERP.
                prop_assert!(of(low, list, erp) <= of(low, more, erp));
                prop_assert!(of(low, list, erp) <= of(low, list, erp + 1));
            }
        }

        /// A margin of m per cent is a markup of 100 m / (100 - m) per cent; a
        /// discount off the ERP is a split of the rest.
        #[test]
        fn rules_undo_each_other(list in 1..1_000_000_i64, m in 0..9_900_i64) {
            let (list, m) = (cents(list), cents(m));
            let markup = m * Decimal::ONE_HUNDRED / (Decimal::ONE_HUNDRED - m);
            let by_margin = Margin::new(MarginRule::Margin, m).expect("a margin").price(list, list);
            let by_markup = Margin::new(MarginRule::Markup, markup).expect("one").price(list, list);
            prop_assert_eq!(by_margin.map(quoted), by_markup.map(quoted));
            let price = by_margin.expect("a price");
            let back = Margin::new(MarginRule::ErpMinusDiscount, m).expect("one").price(list, price);
            prop_assert_eq!(back.map(quoted), Some(quoted(list)));
            let rest = Decimal::ONE_HUNDRED - m;
            let split = Margin::new(MarginRule::SplitMargin, rest).expect("one");
            let discount = Margin::new(MarginRule::ErpMinusDiscount, m).expect("one");
            prop_assert_eq!(
                split.price(Decimal::ZERO, list), discount.price(Decimal::ZERO, list)
            );
        }

        #[test]
        fn what_is_written_is_read_back(mantissa: i64, scale in 0..18_u32) {
            let written = Decimal::new(mantissa, scale);
            prop_assert_eq!(decimal(&written.to_string()), Some(written));
        }

        #[test]
        fn nothing_breaks_the_reading(text: String, digits in "-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,12})?") {
            let _ = decimal(&text);
            let _ = decimal(&digits);
        }
    }
}
