//! The audit log, where a caller says what a request belongs to.

use std::sync::Arc;

use attesta_provider_instances::{App, Dialect, router};
use attesta_runtime::Surface;
use attesta_testing::{call, json, with_header};
use attesta_wire::Slash;
use serde_json::json;

use crate::world::{DOMAIN, NOBODY, Shop};

#[tokio::test]
async fn a_row_is_found_by_what_the_caller_calls_the_request() {
    let shop = Shop::open().await;
    let store = shop.world.store.clone();
    let app = App { store, gate: shop.world.provider_gate(), users: shop.world.user_gate() };
    let router = router(Arc::new(app));
    let surface = Surface::new::<Dialect>(router, Slash::Never, &shop.world.store).routed();
    let request = json("POST", "/v1/Customers", &shop.csp, &json!({"name": "Acme Ltd"}));
    let request = with_header(with_header(request, "x-tenant", DOMAIN), "x-correlation-id", NOBODY);
    assert_eq!(call(&surface, request).await.status, 201);
    let rows = shop.world.aws.all("AUDIT").await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(row["correlation_id"], NOBODY);
    assert_eq!(row["organisation_id"], json!(shop.world.organisation));
    assert_eq!(row["actor"]["kind"], "machine");
    assert_eq!(row["operation"], "POST /v1/Customers");
    assert!(!row.to_string().contains("Acme"));
}
