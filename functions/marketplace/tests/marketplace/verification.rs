//! A provider of the marketplace that points at one of the provider API.

use attesta_testing::World;
use serde_json::{Value, json};

use crate::world::{DEPLOYMENT, Market, enabling, listing, text, wrong};

impl Market {
    /// How many providers a request of the world's organisation goes to.
    async fn asked(&self) -> usize {
        let before = self.world.aws.items("RESULT").await;
        self.world.submit(&[World::PLAGIARISM]).await;
        self.world.aws.items("RESULT").await - before
    }
}

#[tokio::test]
async fn a_provider_that_is_listed_verifies_for_those_who_enabled_it_alone() {
    let market = Market::start().await;
    assert_eq!(market.asked().await, 1, "one that nothing points at works for everybody");
    let mut body = listing("Originality");
    body["provider_id"] = json!(market.world.provider.provider_id);
    let tpp = text(&market.made("/tpp/admin/providers", &body).await["id"]);
    assert_eq!(market.asked().await, 0);

    let of = json!({"organisation_id": market.world.organisation, "deployments": [DEPLOYMENT]});
    let id = text(&market.made("/tpp/admin/partners", &of).await["id"]);
    let path = format!("/tpp/admin/partners/{id}/keys");
    let key = text(&market.made(&path, &json!({"name": "x"})).await["api_key"]);
    let partner = crate::world::Partner { client_id: String::new(), id, key };
    market.approve(&partner, &tpp).await;
    assert_eq!(market.asked().await, 0, "approved is not enabled");
    assert_eq!(market.enable(&partner, &tpp, true).await, 200);
    assert_eq!(market.asked().await, 1);
    assert_eq!(market.enable(&partner, &tpp, false).await, 200);
    assert_eq!(market.asked().await, 0);

    // Another partner's enabling is nothing to this organisation.
    let other = market.partner("Other", &[DEPLOYMENT]).await;
    market.approve(&other, &tpp).await;
    let answer = market.as_partner(&other, "POST", "/tpp/enable", &enabling(&tpp, true)).await;
    assert_eq!((answer.status.as_u16(), market.asked().await), (200, 0));

    let path = format!("/tpp/admin/providers/{tpp}");
    assert_eq!(market.as_staff("DELETE", &path, &Value::Null).await.status, 204);
    assert_eq!(market.asked().await, 1, "nothing points at it any more");
}

#[tokio::test]
async fn one_listing_at_most_points_at_a_provider() {
    let market = Market::start().await;
    let mut body = listing("One");
    body["provider_id"] = json!(1);
    let one = text(&market.made("/tpp/admin/providers", &body).await["id"]);
    let refused = market.as_staff("POST", "/tpp/admin/providers", &body).await;
    let told = "is no provider, or another listing points at it";
    let detail = json!({"detail": [wrong("provider_id", told, "value_error")]});
    assert_eq!(refused.parts(), (422, &detail));
    let two = market.listing("Two", json!({"Health": ["travel"]})).await;
    let patch = async |id: &str, at: Value| {
        let path = format!("/tpp/admin/providers/{id}");
        market.as_staff("PATCH", &path, &json!({"provider_id": at})).await
    };
    assert_eq!(patch(&two, json!(1)).await.parts(), (422, &detail));
    assert_eq!(patch(&one, json!(2)).await.body["provider_id"], 2);
    assert_eq!(patch(&two, json!(1)).await.body["provider_id"], 1);
    assert_eq!(patch(&one, Value::Null).await.body["provider_id"], Value::Null);
    assert_eq!(market.asked().await, 0);
    assert_eq!(patch(&two, Value::Null).await.status, 200);
    assert_eq!(market.asked().await, 1);
}

#[tokio::test]
async fn samples_go_to_providers_that_the_organisation_enabled() {
    let market = Market::start().await;
    let world = &market.world;
    world.set_validating(&[world.provider]).await;
    world.hand_in(World::PLAGIARISM).await;
    assert_eq!(world.aws.items("VALIDATION").await, 1);
    let mut body = listing("Originality");
    body["provider_id"] = json!(world.provider.provider_id);
    market.made("/tpp/admin/providers", &body).await;
    world.hand_in(World::PLAGIARISM).await;
    assert_eq!(world.aws.items("VALIDATION").await, 1);
}
