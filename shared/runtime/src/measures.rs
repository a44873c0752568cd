//! What a request or a batch is measured by beside its time: numbers that its one
//! line carries along, so that measuring costs no call.

use serde_json::{Map, Value, json};

/// Numbers, and what they are of. CloudWatch makes a metric of each name for each
/// different `of`, and bills it: what they are of has few values, and never says who.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measures {
    of: Vec<(&'static str, String)>,
    numbers: Vec<Number>,
}

#[derive(Debug, Clone, PartialEq)]
struct Number {
    name: &'static str,
    unit: &'static str,
    values: Vec<f64>,
}

/// So many values of a number fit into a line.
const MOST_VALUES: usize = 100;

impl Measures {
    /// Of something in particular, as name and value.
    #[must_use]
    pub fn of(of: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self { of: of.into_iter().collect(), numbers: Vec::new() }
    }

    /// So many of something; none counts too.
    #[must_use]
    pub fn count(self, name: &'static str, count: usize) -> Self {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.number(name, "Count", vec![f64::from(count)])
    }

    /// How long something took, in milliseconds, each time that it was done.
    #[must_use]
    pub fn milliseconds(self, name: &'static str, values: impl IntoIterator<Item = f64>) -> Self {
        self.number(name, "Milliseconds", values.into_iter().take(MOST_VALUES).collect())
    }

    fn number(mut self, name: &'static str, unit: &'static str, values: Vec<f64>) -> Self {
        if !values.is_empty() {
            self.numbers.push(Number { name, unit, values });
        }
        self
    }

    /// Puts the numbers into a line; what tells CloudWatch to read them there, if
    /// there are any.
    pub(crate) fn put_into(&self, line: &mut Map<String, Value>, namespace: &str) -> Option<Value> {
        if self.numbers.is_empty() {
            return None;
        }
        let of = self.of.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        line.extend(of);
        for Number { name, values, .. } in &self.numbers {
            let value = if let [one] = values[..] { json!(one) } else { json!(values) };
            line.insert((*name).to_owned(), value);
        }
        let metric = |number: &Number| json!({"Name": number.name, "Unit": number.unit});
        Some(json!({
            "Namespace": namespace,
            "Dimensions": [self.of.iter().map(|(name, _)| name).collect::<Vec<_>>()],
            "Metrics": self.numbers.iter().map(metric).collect::<Vec<_>>(),
        }))
    }
}

/// What a batch came to, and what it is measured by.
#[derive(Debug, Clone, PartialEq)]
pub struct Worked<A> {
    /// What is told to who sent it.
    pub answer: A,
    /// What it is measured by.
    pub measures: Measures,
}
