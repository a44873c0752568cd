//! The calls to DynamoDB that everything else is made of.
//!
//! Each asks for what it consumed, which goes to the [`Meter`]: the log line of
//! a request and the test of the access patterns read it there.
//!
//! What is written on somebody's behalf takes a row of the audit log along, in
//! the same transaction ([`crate::audit`]); [`Table::note`] and what is written
//! in bulk take none.

use std::collections::HashMap;
use std::fmt::Debug;

use attesta_model::{Error, Result};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::audit::Auditor;
use crate::keys::Key;
use crate::meter::Meter;

/// An item as DynamoDB has it.
pub type Item = HashMap<String, AttributeValue>;

/// The table and the way to it. A write that its condition refused is metered
/// without units, since the table doesn't tell them.
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: String,
    pub(crate) meter: Meter,
    pub(crate) auditor: Auditor,
}

/// More than any partition holds that is read as a whole.
const WHOLE_PARTITION: usize = 1_000_000;

impl Table {
    /// A page of a partition, or of an index's partition.
    pub(crate) async fn query(&self, query: Query) -> Result<Page> {
        let (condition, bounds) = match query.sort {
            Sort::Any => ("#pk = :pk", [None, None]),
            Sort::StartsWith(prefix) => {
                ("#pk = :pk AND begins_with(#sk, :a)", [Some(prefix), None])
            }
            Sort::Before(bound) => ("#pk = :pk AND #sk < :a", [Some(bound), None]),
            Sort::After(bound) => ("#pk = :pk AND #sk > :a", [Some(bound), None]),
            Sort::Between(first, last) => {
                ("#pk = :pk AND #sk BETWEEN :a AND :b", [Some(first), Some(last)])
            }
        };
        let (pk, sk) = if query.index.is_some() { ("gsi1pk", "gsi1sk") } else { ("pk", "sk") };
        let mut request = self
            .client
            .query()
            .table_name(&self.name)
            .set_index_name(query.index.map(str::to_owned))
            .key_condition_expression(condition)
            .expression_attribute_names("#pk", pk)
            .expression_attribute_values(":pk", AttributeValue::S(query.partition))
            .scan_index_forward(!query.backwards)
            .consistent_read(query.index.is_none())
            .set_limit(query.limit)
            .set_exclusive_start_key(query.after)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        for (name, bound) in [":a", ":b"].into_iter().zip(bounds) {
            let Some(bound) = bound else { break };
            request = request
                .expression_attribute_names("#sk", sk)
                .expression_attribute_values(name, AttributeValue::S(bound));
        }
        let answer = request.send().await.map_err(|error| Error::call("Query", &error))?;
        self.meter.read("Query", answer.consumed_capacity.as_slice());
        Ok(Page { items: answer.items.unwrap_or_default(), last: answer.last_evaluated_key })
    }

    /// The first items of a partition, page by page, at most as many as said.
    pub(crate) async fn query_up_to(&self, mut query: Query, most: usize) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        loop {
            query.limit = i32::try_from(most - items.len()).ok();
            let page = self.query(query.clone()).await?;
            items.extend(page.items);
            if page.last.is_none() || items.len() >= most {
                return Ok(items);
            }
            query.after = page.last;
        }
    }

    /// Every item of a partition that is known to be small.
    pub(crate) async fn query_all(&self, query: Query) -> Result<Vec<Item>> {
        self.query_up_to(query, WHOLE_PARTITION).await
    }

    /// Writes all or nothing. `Err(Cancelled)` names the first write whose
    /// condition did not hold, with the item that stood in its way.
    pub(crate) async fn transact(
        &self,
        mut writes: Vec<TransactWriteItem>,
    ) -> Result<Result<(), Cancelled>> {
        // It comes last: the places of the others stay what they are.
        writes.extend(Box::pin(self.audit_of(&writes)).await?);
        let answer = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                self.meter.write("TransactWriteItems", answer.consumed_capacity());
                Ok(Ok(()))
            }
            Err(error) => match cancelled(&error) {
                Some(cancelled) => {
                    self.meter.write("TransactWriteItems", &[]);
                    Ok(Err(cancelled))
                }
                None => Err(Error::call("TransactWriteItems", &error)),
            },
        }
    }

    /// Puts an item where the condition holds.
    pub(crate) async fn put(&self, item: Item, condition: Condition) -> Result<Written> {
        if self.is_audited(key_of(&item).as_ref()) {
            return Box::pin(self.transact_one(self.put_if(item, condition)?)).await;
        }
        self.put_quietly(item, condition).await
    }

    /// The same without a trace in the audit log.
    pub(crate) async fn put_quietly(&self, item: Item, condition: Condition) -> Result<Written> {
        let answer = self
            .client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .set_condition_expression(condition.expression)
            .set_expression_attribute_names(condition.names)
            .set_expression_attribute_values(condition.values)
            .return_values_on_condition_check_failure(ALL_OLD)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                self.meter.write("PutItem", answer.consumed_capacity.as_slice());
                Ok(Written::Done)
            }
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                    self.meter.write("PutItem", &[]);
                    Ok(Written::Refused(failed.item().cloned()))
                }
                _ => Err(Error::call("PutItem", &error)),
            },
        }
    }

    /// Changes an item where the condition holds, making it if need be.
    pub(crate) async fn update(
        &self,
        key: &Key,
        expression: &str,
        condition: Condition,
    ) -> Result<Written> {
        if self.is_audited(Some(key)) {
            let update = self.update_if(key, expression, condition)?;
            return Box::pin(self.transact_one(update)).await;
        }
        Ok(match self.note(key, expression, condition).await? {
            Updated::Done(_) => Written::Done,
            Updated::Refused(item) => Written::Refused(item),
        })
    }

    /// The same of what nobody has to answer for: that something was used or
    /// tried, and what providers' workers hold. It leaves no trace in the audit
    /// log, and tells what became of the item.
    pub(crate) async fn note(
        &self,
        key: &Key,
        expression: &str,
        condition: Condition,
    ) -> Result<Updated> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key_item(key)))
            .update_expression(expression)
            .set_condition_expression(condition.expression)
            .set_expression_attribute_names(condition.names)
            .set_expression_attribute_values(condition.values)
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ALL_OLD)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                self.meter.write("UpdateItem", answer.consumed_capacity.as_slice());
                Ok(Updated::Done(answer.attributes.unwrap_or_default()))
            }
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    self.meter.write("UpdateItem", &[]);
                    Ok(Updated::Refused(failed.item().cloned()))
                }
                _ => Err(Error::call("UpdateItem", &error)),
            },
        }
    }

    /// Deletes an item that is there.
    pub(crate) async fn delete(&self, key: &Key) -> Result<()> {
        if self.is_audited(Some(key)) {
            let delete = self.delete_if(key, Condition::is_there())?;
            return match Box::pin(self.transact_one(delete)).await? {
                Written::Done => Ok(()),
                Written::Refused(_) => Err(Error::not_found()),
            };
        }
        let answer = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key_item(key)))
            .condition_expression("attribute_exists(pk)")
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                self.meter.write("DeleteItem", answer.consumed_capacity.as_slice());
                Ok(())
            }
            Err(error) => match error.as_service_error() {
                Some(DeleteItemError::ConditionalCheckFailedException(_)) => {
                    self.meter.write("DeleteItem", &[]);
                    Err(Error::not_found())
                }
                _ => Err(Error::call("DeleteItem", &error)),
            },
        }
    }
}

/// What is asked of a partition.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(crate) index: Option<&'static str>,
    pub(crate) partition: String,
    pub(crate) sort: Sort,
    pub(crate) backwards: bool,
    pub(crate) limit: Option<i32>,
    pub(crate) after: Option<Item>,
}

/// Which part of a partition is asked for.
#[derive(Debug, Clone)]
pub(crate) enum Sort {
    Any,
    StartsWith(String),
    Before(String),
    After(String),
    Between(String, String),
}

impl Query {
    /// A partition of the table itself.
    pub(crate) const fn table(partition: String, sort: Sort) -> Self {
        Self { index: None, partition, sort, backwards: false, limit: None, after: None }
    }

    /// A partition of the index.
    pub(crate) const fn index(partition: String, sort: Sort) -> Self {
        Self { index: Some("gsi1"), partition, sort, backwards: false, limit: None, after: None }
    }
}

/// A page of a partition.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
    pub(crate) last: Option<Item>,
}

/// What became of a conditional write.
#[derive(Debug)]
pub(crate) enum Written {
    /// It is in.
    Done,
    /// The condition did not hold; the item that stood in the way, if any.
    Refused(Option<Item>),
}

/// What became of a conditional update that is told of.
#[derive(Debug)]
pub(crate) enum Updated {
    /// The item as it is now.
    Done(Item),
    /// The condition did not hold; the item that stood in the way, if any.
    Refused(Option<Item>),
}

/// A transaction that did not happen.
#[derive(Debug)]
pub(crate) struct Cancelled {
    /// The place, among the writes, of the first whose condition failed; none
    /// when another transaction was in the way.
    pub(crate) at: Option<usize>,
    /// The item that stood in the way.
    pub(crate) item: Option<Item>,
}

/// A condition on a write.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    pub(crate) expression: Option<String>,
    pub(crate) names: Option<HashMap<String, String>>,
    pub(crate) values: Option<Item>,
}

impl Condition {
    /// This expression holds.
    pub(crate) fn with(expression: &str) -> Self {
        Self { expression: Some(expression.to_owned()), ..Self::default() }
    }

    /// Nothing stands there yet.
    pub(crate) fn is_new() -> Self {
        Self::with("attribute_not_exists(pk)")
    }

    /// Something stands there.
    pub(crate) fn is_there() -> Self {
        Self::with("attribute_exists(pk)")
    }

    /// The item stands at this version.
    pub(crate) fn version(version: u32) -> Self {
        let condition = Self::with("#v = :v");
        condition.name("#v", "version").value(":v", AttributeValue::N(version.to_string()))
    }

    /// The same with a name that its expression, or the update's, speaks of.
    pub(crate) fn name(mut self, placeholder: &str, name: &str) -> Self {
        let names = self.names.get_or_insert_default();
        names.insert(placeholder.to_owned(), name.to_owned());
        self
    }

    /// The same with a value that its expression, or the update's, speaks of.
    pub(crate) fn value(mut self, placeholder: &str, value: AttributeValue) -> Self {
        self.values.get_or_insert_default().insert(placeholder.to_owned(), value);
        self
    }
}

fn cancelled<R: Debug>(error: &SdkError<TransactWriteItemsError, R>) -> Option<Cancelled> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cause)) =
        error.as_service_error()
    else {
        return None;
    };
    let reasons = cause.cancellation_reasons();
    let code = |code: &'static str| reasons.iter().position(|reason| reason.code() == Some(code));
    if let Some(at) = code("ConditionalCheckFailed") {
        return Some(Cancelled { at: Some(at), item: reasons[at].item().cloned() });
    }
    code("TransactionConflict").map(|_| Cancelled { at: None, item: None })
}

/// The key of an item.
pub(crate) fn key_of(item: &Item) -> Option<Key> {
    let text = |name: &str| item.get(name)?.as_s().ok().cloned();
    Some(Key { pk: text("pk")?, sk: text("sk")? })
}

/// A key as an item.
pub(crate) fn key_item(key: &Key) -> Item {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(key.pk.clone())),
        ("sk".to_owned(), AttributeValue::S(key.sk.clone())),
    ])
}

/// A thing as an item of its type under its key.
pub(crate) fn to_item(kind: &'static str, key: Key, thing: &impl Serialize) -> Result<Item> {
    let mut item: Item = serde_dynamo::to_item(thing).map_err(Error::internal)?;
    item.insert("type".to_owned(), AttributeValue::S(kind.to_owned()));
    item.insert("pk".to_owned(), AttributeValue::S(key.pk));
    item.insert("sk".to_owned(), AttributeValue::S(key.sk));
    Ok(item)
}

/// Puts an item on the index as well.
pub(crate) fn indexed(mut item: Item, partition: String, sort: String) -> Item {
    item.insert("gsi1pk".to_owned(), AttributeValue::S(partition));
    item.insert("gsi1sk".to_owned(), AttributeValue::S(sort));
    item
}

/// A thing as an item has it.
pub(crate) fn stored(thing: &impl Serialize) -> Result<AttributeValue> {
    serde_dynamo::to_attribute_value(thing).map_err(Error::internal)
}

/// An item as a thing.
pub(crate) fn from_item<T: DeserializeOwned>(item: Item) -> Result<T> {
    serde_dynamo::from_item(item).map_err(Error::internal)
}

/// A thing among items that were found by their keys.
pub(crate) fn found_item<T: DeserializeOwned>(
    found: &HashMap<Key, Item>,
    key: &Key,
) -> Result<Option<T>> {
    found.get(key).cloned().map(from_item).transpose()
}

/// Asks a failed condition for the item that stood in its way.
pub(crate) const ALL_OLD: ReturnValuesOnConditionCheckFailure =
    ReturnValuesOnConditionCheckFailure::AllOld;
