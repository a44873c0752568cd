//! Many writes in a call, whatever stands there.

use std::time::Duration;

use attesta_model::{Error, Result};
use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, ReturnConsumedCapacity, WriteRequest};

use crate::keys::Key;
use crate::reads::BATCH_TRIES;
use crate::table::{Item, Table, key_item};

/// So many items go into a call.
const BATCH: usize = 25;

impl Table {
    /// Puts and deletes items, whatever stands there, 25 in a call. All are
    /// written or the call fails, and may then be made again.
    pub(crate) async fn write_many(&self, writes: Vec<WriteRequest>) -> Result<()> {
        for chunk in writes.chunks(BATCH) {
            let mut pending = chunk.to_vec();
            for attempt in 0..BATCH_TRIES {
                if attempt > 0 {
                    tokio::time::sleep(Duration::from_millis(10 << attempt)).await;
                }
                let answer = self
                    .client
                    .batch_write_item()
                    .request_items(&self.name, std::mem::take(&mut pending))
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send()
                    .await
                    .map_err(|error| Error::call("BatchWriteItem", &error))?;
                self.meter.write("BatchWriteItem", answer.consumed_capacity());
                let rest = answer.unprocessed_items.and_then(|mut rest| rest.remove(&self.name));
                pending = rest.unwrap_or_default();
                if pending.is_empty() {
                    break;
                }
            }
            if !pending.is_empty() {
                return Err(Error::internal("BatchWriteItem left items unwritten"));
            }
        }
        Ok(())
    }
}

/// Puts an item, as one of many writes.
pub(crate) fn put_one(item: Item) -> Result<WriteRequest> {
    let put = PutRequest::builder().set_item(Some(item)).build().map_err(Error::internal)?;
    Ok(WriteRequest::builder().put_request(put).build())
}

/// Deletes an item, as one of many writes.
pub(crate) fn delete_one(key: &Key) -> Result<WriteRequest> {
    let delete = DeleteRequest::builder().set_key(Some(key_item(key)));
    let delete = delete.build().map_err(Error::internal)?;
    Ok(WriteRequest::builder().delete_request(delete).build())
}
