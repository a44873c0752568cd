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
}

impl Store {
    /// Changes an item.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the condition doesn't hold.
    pub(crate) async fn change(&self, key: &Key, changes: Changes) -> Result<()> {
        let Changes { sets, condition } = changes;
        // `type` stays what it is, so that there is something to set.
        let condition = condition.name("#type", "type");
        let expression = format!("SET #type = #type{}", sets.concat());
        match self.table.update(key, &expression, condition).await? {
            Written::Done => Ok(()),
            Written::Refused(_) => Err(Error::not_found()),
        }
    }
}
