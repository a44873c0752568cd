//! `GET /customers/system/health`.

use std::sync::Arc;

use attesta_model::Source;
use attesta_store::Store;
use attesta_system::{App, router};
use attesta_testing::{TestClock, World, call, json};
use serde_json::{Value, json as value};

use crate::world::System;

const PATH: &str = "/customers/system/health";

#[tokio::test]
async fn anybody_may_ask_whether_all_is_well() {
    let system = System::start().await;
    let answer = call(&system.router, json("GET", PATH, "", &Value::Null)).await;
    let expected = value!({"status": "healthy", "version": env!("CARGO_PKG_VERSION")});
    assert_eq!(answer.parts(), (200, &expected));
}

#[tokio::test]
async fn it_is_not_well_without_its_table() {
    let world = World::start().await;
    let client = aws_sdk_dynamodb::Client::new(&world.aws.table_config());
    let clock: Arc<dyn Source> = Arc::new(TestClock::default());
    let store = Store::new(client, "no-such-table", clock);
    let router = router(Arc::new(App { store, gate: world.user_gate() }));
    let answer = call(&router, json("GET", PATH, "", &Value::Null)).await;
    assert_eq!((answer.status.as_u16(), &answer.body["code"]), (500, &value!("internal")));
}
