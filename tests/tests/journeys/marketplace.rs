//! Somebody moves from the marketplace pool to the main one.

use serde_json::json;

use super::Stack;

#[tokio::test]
#[ignore = "needs a local stack"]
async fn somebody_of_the_marketplace_pool_moves_and_signs_in_by_their_address() {
    let stack = Stack::running();
    let username = stack.text("/marketplaceUser/username");
    let swap = async |password: &str| {
        let body = json!({"username": username, "password": password});
        let answer = stack.post("/customers/auth/swap-pool", "", &body).await;
        assert_eq!(answer.status, 200, "{:?}", answer.body);
        answer.body
    };
    let nobody = json!({"status": "not-found", "authenticated": false, "id": null});
    assert_eq!(swap("Wrong-1-Password").await, nobody);
    let moved = swap(&stack.text("/marketplaceUser/password")).await;
    assert_eq!(moved["authenticated"], true, "{moved}");
    let again = swap(&stack.text("/marketplaceUser/password")).await;
    assert_eq!(again["status"], "already-migrated");
    assert_eq!(again["id"], moved["id"]);
    assert_eq!(swap("Wrong-1-Password").await, nobody);
    stack.sign_in("marketplaceUser").await;
}
