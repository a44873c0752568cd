//! `/tpp/enable`, as partners.

use serde_json::{Value, json};

use crate::world::{DEPLOYMENT, Market, PRODUCT_TYPE, approval, enabling, wrong};

#[tokio::test]
async fn a_provider_is_put_in_and_taken_out_once_however_often_it_is_said() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let answer =
        market.as_partner(&partner, "POST", "/tpp/enable", &enabling(&listing, true)).await;
    assert_eq!(answer.parts(), (200, &Value::Null), "again");
    assert_eq!(market.enabled(&partner, &listing).await, 1);
    let mut dental = enabling(&listing, true);
    dental["product_type"] = json!("dental");
    assert_eq!(market.as_partner(&partner, "POST", "/tpp/enable", &dental).await.status, 200);
    assert_eq!(market.enabled(&partner, &listing).await, 2);
    for _ in 0..2 {
        assert_eq!(market.enable(&partner, &listing, false).await, 200);
        assert_eq!(market.enabled(&partner, &listing).await, 1);
    }
    assert_eq!(market.enable(&partner, &listing, true).await, 200);
    assert_eq!(market.enabled(&partner, &listing).await, 2);
}

#[tokio::test]
async fn many_who_say_the_same_at_once_are_counted_once() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    for (is_on, count) in [(false, 0), (true, 1), (false, 0)] {
        let calls = (0..4).map(|_| {
            let (router, key) = (market.router.clone(), partner.key.clone());
            let request =
                attesta_testing::json("POST", "/tpp/enable", "", &enabling(&listing, is_on));
            let request = attesta_testing::with_header(request, "x-api-key", &key);
            tokio::spawn(
                async move { attesta_testing::call(&router, request).await.status.as_u16() },
            )
        });
        for call in calls.collect::<Vec<_>>() {
            let status = call.await.expect("no panic");
            assert!([200, 409].contains(&status), "{status}");
        }
        assert_eq!(market.enable(&partner, &listing, is_on).await, 200);
        assert_eq!(market.enabled(&partner, &listing).await, count);
    }
}

#[tokio::test]
async fn what_is_missing_or_of_the_wrong_type_is_told_field_by_field() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let missing = |field: &str| wrong(field, "field required", "value_error.missing");
    let with = |name: &str, value: Value| {
        let mut body = enabling(&listing, true);
        body[name] = value;
        body
    };
    let without = |name: &str| {
        let mut body = enabling(&listing, true);
        body.as_object_mut().expect("an object").remove(name);
        body
    };
    let text = |field: &str| wrong(field, "str type expected", "type_error.str");
    let bool = "value could not be parsed to a boolean";
    let none = "none is not an allowed value";
    for (body, detail) in [
        (
            json!({}),
            json!([
                missing("tpp_id"),
                missing("cp_deployment_id"),
                missing("enable"),
                missing("product_type")
            ]),
        ),
        (without("tpp_id"), json!([missing("tpp_id")])),
        (with("tpp_id", json!(1)), json!([text("tpp_id")])),
        (with("cp_deployment_id", json!([])), json!([text("cp_deployment_id")])),
        (with("enable", json!("true")), json!([wrong("enable", bool, "type_error.bool")])),
        (with("enable", json!(1)), json!([wrong("enable", bool, "type_error.bool")])),
        (
            with("enable", Value::Null),
            json!([wrong("enable", none, "type_error.none.not_allowed")]),
        ),
        (with("product_type", json!(1)), json!([text("product_type")])),
        (
            with("product_type", json!("nonsense")),
            json!([wrong(
                "product_type",
                "value is not a valid enumeration member; permitted: 'dental', 'travel'",
                "type_error.enum"
            )]),
        ),
    ] {
        let answer = market.as_partner(&partner, "POST", "/tpp/enable", &body).await;
        assert_eq!(answer.parts(), (422, &json!({"detail": detail})), "{body}");
    }
    let more = with("unheard_of", json!(1));
    assert_eq!(market.as_partner(&partner, "POST", "/tpp/enable", &more).await.status, 200);
}

#[tokio::test]
async fn what_is_not_approved_or_not_ones_own_is_not_found() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let other = market.partner("Other", &["theirs"]).await;
    market.approve(&other, &listing).await;
    // Its own deployment is none of the first partner's, nor the other way round.
    assert_eq!(market.enable(&other, &listing, true).await, 404);
    let mut foreign = enabling(&listing, true);
    foreign["cp_deployment_id"] = json!("theirs");
    assert_eq!(market.as_partner(&partner, "POST", "/tpp/enable", &foreign).await.status, 404);
    assert_eq!(market.as_partner(&other, "POST", "/tpp/enable", &foreign).await.status, 200);
    let unapproved = market.listing("Unapproved", json!({"Health": [PRODUCT_TYPE]})).await;
    for nothing in [unapproved.as_str(), "nonsense", "0197f0a0-0000-7000-8000-00000000000a"] {
        assert_eq!(market.enable(&partner, nothing, true).await, 404, "{nothing}");
    }
}

#[tokio::test]
async fn an_approval_that_is_taken_back_leaves_nothing_behind() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let path = approval(&partner, &listing);
    for _ in 0..2 {
        assert_eq!(market.as_staff("DELETE", &path, &Value::Null).await.status, 204);
        assert_eq!(market.enable(&partner, &listing, true).await, 404);
    }
    assert_eq!(market.world.aws.items("ENABLEMENT").await, 0);
    market.approve(&partner, &listing).await;
    assert_eq!(market.enabled(&partner, &listing).await, 0);
    assert_eq!(market.enable(&partner, &listing, true).await, 200);
    market.approve(&partner, &listing).await;
    assert_eq!(market.enabled(&partner, &listing).await, 1, "approved again, it stays as it is");
}

#[tokio::test]
async fn a_deployment_that_goes_takes_out_what_it_had() {
    let market = Market::start().await;
    let (partner, listing) = market.shop().await;
    let path = format!("/tpp/admin/partners/{}", partner.id);
    let both = json!({"deployments": [DEPLOYMENT, "app", "app"]});
    let changed = market.as_staff("PATCH", &path, &both).await;
    assert_eq!(changed.body["deployments"], json!([DEPLOYMENT, "app"]));
    let mut app = enabling(&listing, true);
    app["cp_deployment_id"] = json!("app");
    assert_eq!(market.as_partner(&partner, "POST", "/tpp/enable", &app).await.status, 200);
    assert_eq!(market.enabled(&partner, &listing).await, 2);
    let one = json!({"deployments": ["app"]});
    assert_eq!(market.as_staff("PATCH", &path, &one).await.status, 200);
    assert_eq!(market.enabled(&partner, &listing).await, 1);
    assert_eq!(market.enable(&partner, &listing, true).await, 404);
}
