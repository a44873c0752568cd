//! Some attributes of an item get other values, the rest stays.

use attesta_model::{Error, Result};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::Store;
use crate::keys::Key;
use crate::table::{Condition, Written};

/// What becomes of an item that is there, where a condition holds.
#[derive(Debug)]
pub(crate) struct Changes {
    sets: Vec<String>,
    condition: Condition,
}

impl Changes {
    /// None so far.
    pub(crate) const fn when(condition: Condition) -> Self {
        Self { sets: Vec::new(), condition }
    }

    /// The same and, if there is one, another value of an attribute.
    pub(crate) fn set(mut self, attribute: &str, value: Option<AttributeValue>) -> Self {
        let Some(value) = value else { return self };
        let (name, placeholder) = (format!("#{attribute}"), format!(":{attribute}"));
        self.sets.push(format!(", {name} = {placeholder}"));
        self.condition = self.condition.name(&name, attribute).value(&placeholder, value);
        self
    }

    /// The same and, if there is one, another value of an attribute of an
    /// attribute that is there.
    pub(crate) fn set_in(
        mut self,
        outer: &str,
        attribute: &str,
        value: Option<AttributeValue>,
    ) -> Self {
        let Some(value) = value else { return self };
        let [within, name] = [outer, attribute].map(|name| format!("#{name}"));
        let placeholder = format!(":{attribute}");
        self.sets.push(format!(", {within}.{name} = {placeholder}"));
        let condition = self.condition.name(&within, outer).name(&name, attribute);
        self.condition = condition.value(&placeholder, value);
        self
    }

    /// Whether nothing would change.
    pub(crate) const fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// The expression, and the condition with what both speak of.
    pub(crate) fn drawn_up(self) -> (String, Condition) {
        // `type` stays what it is, so that there is something to set.
        let condition = self.condition.name("#type", "type");
        (format!("SET #type = #type{}", self.sets.concat()), condition)
    }
}

impl Store {
    /// Changes an item.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the condition doesn't hold.
    pub(crate) async fn change(&self, key: &Key, changes: Changes) -> Result<()> {
        let (expression, condition) = changes.drawn_up();
        match self.table.update(key, &expression, condition).await? {
            Written::Done => Ok(()),
            Written::Refused(_) => Err(Error::not_found()),
        }
    }
}
