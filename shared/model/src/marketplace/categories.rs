//! Product types by category.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Product types by category, both in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Categories(BTreeMap<String, BTreeSet<String>>);

impl Categories {
    /// A listing is in so many categories at most.
    pub const MOST: usize = 20;
    /// A category has so many of a listing's product types at most.
    pub const MOST_TYPES: usize = 32;
    /// A category's or a product type's name is so long at most, in characters.
    pub const MOST_NAME: usize = 64;

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each category with its product types.
    pub fn iter(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = &str>)> {
        self.0.iter().map(|(name, types)| (name.as_str(), types.iter().map(String::as_str)))
    }

    /// Every product type, whatever its category.
    #[must_use]
    pub fn product_types(&self) -> BTreeSet<&str> {
        self.0.values().flatten().map(String::as_str).collect()
    }

    /// Takes others in.
    pub fn extend(&mut self, others: Self) {
        for (name, types) in others.0 {
            self.0.entry(name).or_default().extend(types);
        }
    }
}

impl FromIterator<(String, BTreeSet<String>)> for Categories {
    fn from_iter<I: IntoIterator<Item = (String, BTreeSet<String>)>>(categories: I) -> Self {
        Self(categories.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn categories(of: &[(&str, &[&str])]) -> Categories {
        let own = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        of.iter().map(|(name, types)| ((*name).to_owned(), own(types))).collect()
    }

    #[test]
    fn categories_of_several_listings_come_together() {
        let mut all = categories(&[("Health", &["travel", "dental"])]);
        all.extend(categories(&[("Health", &["dental", "vision"]), ("Home", &["travel"])]));
        let expected = [("Health", &["dental", "travel", "vision"][..]), ("Home", &["travel"])];
        assert_eq!(all, categories(&expected));
        assert_eq!(all.product_types(), BTreeSet::from(["dental", "travel", "vision"]));
    }
}
