//! What the log is told when the table refuses.

use std::sync::Arc;

use attesta_model::Error;
use attesta_store::Store;
use attesta_testing::{Aws, TestClock};
use aws_sdk_dynamodb::Client;

#[tokio::test]
async fn the_log_is_told_which_call_failed_and_why() {
    let aws = Aws::start().await;
    let client = Client::new(&aws.table_config());
    let store = Store::new(client, "no-such-table", Arc::new(TestClock::default()));
    let Err(Error::Internal(told)) = store.published_keys().await else { panic!("no table") };
    assert!(told.starts_with("Query: "), "{told}");
    assert!(told.contains("ResourceNotFoundException"), "{told}");
}
