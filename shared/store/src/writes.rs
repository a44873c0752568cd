//! The parts of a transaction.

use attesta_model::{Error, Result};
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Put, TransactWriteItem, Update,
};

use crate::keys::Key;
use crate::table::{ALL_OLD, Condition, Item, Table, key_item};

impl Table {
    /// Puts an item where nothing stands yet.
    pub(crate) fn put_new(&self, item: Item) -> Result<TransactWriteItem> {
        self.put_if(item, Condition::is_new())
    }

    /// Puts an item where the condition holds.
    pub(crate) fn put_if(&self, item: Item, condition: Condition) -> Result<TransactWriteItem> {
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(item))
            .set_condition_expression(condition.expression)
            .set_expression_attribute_names(condition.names)
            .set_expression_attribute_values(condition.values)
            .return_values_on_condition_check_failure(ALL_OLD)
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Deletes an item where the condition holds.
    pub(crate) fn delete_if(&self, key: &Key, condition: Condition) -> Result<TransactWriteItem> {
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(key_item(key)))
            .set_condition_expression(condition.expression)
            .set_expression_attribute_names(condition.names)
            .set_expression_attribute_values(condition.values)
            .return_values_on_condition_check_failure(ALL_OLD)
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Writes nothing, and lets the others be written where the condition holds.
    pub(crate) fn check(&self, key: &Key, condition: Condition) -> Result<TransactWriteItem> {
        let check = ConditionCheck::builder()
            .table_name(&self.name)
            .set_key(Some(key_item(key)))
            .condition_expression(condition.expression.unwrap_or_default())
            .set_expression_attribute_names(condition.names)
            .set_expression_attribute_values(condition.values)
            .return_values_on_condition_check_failure(ALL_OLD)
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// Adds to a number of an item, making the item if need be.
    pub(crate) fn add_to(&self, key: &Key, attribute: &str, by: i64) -> Result<TransactWriteItem> {
        let always = Condition::default()
            .name("#n", attribute)
            .value(":by", AttributeValue::N(by.to_string()));
        self.update_if(key, "ADD #n :by", always)
    }

    /// Changes an item where the condition holds.
    pub(crate) fn update_if(
        &self,
        key: &Key,
        expression: &str,
        condition: Condition,
    ) -> Result<TransactWriteItem> {
        let update = Update::builder()
            .table_name(&self.name)
            .set_key(Some(key_item(key)))
            .update_expression(expression)
            .set_condition_expression(condition.expression)
            .set_expression_attribute_names(condition.names)
            .set_expression_attribute_values(condition.values)
            .return_values_on_condition_check_failure(ALL_OLD)
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
