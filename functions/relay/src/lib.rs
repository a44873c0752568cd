//! From the table's stream to the queues: every row that comes into the outbox
//! is sent as soon as it is there.

use attesta_messaging::Courier;
use attesta_model::{Error, Result};
use attesta_store::OutboxRow;
use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use aws_lambda_events::event::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};

/// Delivers the rows of a batch, each for itself.
///
/// A row that can't be delivered is reported, so that the stream begins again
/// with it; those after it may then go out twice, which their receivers bear.
/// A record that can't be read is logged and let go: it must not hold up its
/// shard, and the sweep will come across the row that it stood for.
///
/// # Errors
/// When not one row of the batch could be delivered.
pub async fn handle(courier: &Courier, event: Event) -> Result<DynamoDbEventResponse> {
    let deliveries: Vec<_> = event
        .records
        .into_iter()
        .filter_map(outbox_row)
        .map(|(sequence, row)| {
            let courier = courier.clone();
            (sequence, tokio::spawn(async move { courier.deliver(&row).await }))
        })
        .collect();
    let count = deliveries.len();
    let mut failures = Vec::new();
    for (sequence, delivery) in deliveries {
        // A delivery that panics fails alone, too.
        let result = delivery.await.unwrap_or_else(|panic| Err(Error::internal(panic)));
        if let Err(error) = result {
            tracing::error!(%error, sequence, "a row was not delivered");
            failures.push((sequence, error));
        }
    }
    if failures.len() == count
        && let Some((_, error)) = failures.pop()
    {
        return Err(error);
    }
    let mut response = DynamoDbEventResponse::default();
    for (sequence, _) in failures {
        let mut failure = DynamoDbBatchItemFailure::default();
        failure.item_identifier = Some(sequence);
        response.batch_item_failures.push(failure);
    }
    Ok(response)
}

/// The row that a record says was written, with the record's place in the
/// stream.
fn outbox_row(record: EventRecord) -> Option<(String, OutboxRow)> {
    let sequence = record.change.sequence_number.unwrap_or_default();
    let row: Result<OutboxRow> =
        serde_dynamo::from_item(record.change.new_image).map_err(Error::internal);
    match row {
        Ok(row) => Some((sequence, row)),
        Err(error) => {
            tracing::error!(%error, sequence, "a record that is no outbox row");
            None
        }
    }
}
