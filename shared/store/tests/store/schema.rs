//! The embedded table is the one that `infra/template.yaml` makes.

use attesta_testing::World;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{KeySchemaElement, TableDescription};
use jiff::SignedDuration;
use yaml_serde::Value;

use crate::support::{call, submit};

const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");

/// The table's properties in the template.
fn template() -> Value {
    let template: Value = yaml_serde::from_str(TEMPLATE).expect("YAML");
    template["Resources"]["Table"]["Properties"].clone()
}

/// A list of maps as pairs of two of their texts.
fn pairs(list: &Value, names: [&str; 2]) -> Vec<[String; 2]> {
    let text = |map: &Value, name: &str| map[name].as_str().expect(name).to_owned();
    let list = list.as_sequence().expect("a list");
    list.iter().map(|map| names.map(|name| text(map, name))).collect()
}

fn schema(elements: &[KeySchemaElement]) -> Vec<[String; 2]> {
    let pair = |element: &KeySchemaElement| {
        [element.attribute_name().to_owned(), element.key_type().as_str().to_owned()]
    };
    elements.iter().map(pair).collect()
}

async fn embedded() -> TableDescription {
    let world = World::start().await;
    let table = Client::new(&world.aws.table_config());
    let description = table.describe_table().table_name(World::TABLE).send().await;
    description.expect("a table").table.expect("described")
}

const KEY: [&str; 2] = ["AttributeName", "KeyType"];

#[tokio::test]
async fn keys_and_index_are_the_templates() {
    let (template, table) = (template(), embedded().await);
    assert_eq!(pairs(&template["KeySchema"], KEY), schema(table.key_schema()));

    let mut attributes = table.attribute_definitions().iter().map(|attribute| {
        [attribute.attribute_name().to_owned(), attribute.attribute_type().as_str().to_owned()]
    });
    let wanted = pairs(&template["AttributeDefinitions"], ["AttributeName", "AttributeType"]);
    assert_eq!(wanted.len(), attributes.len());
    assert!(attributes.all(|attribute| wanted.contains(&attribute)));

    let wanted = template["GlobalSecondaryIndexes"].as_sequence().expect("a list");
    let indexes = table.global_secondary_indexes();
    assert_eq!(wanted.len(), indexes.len());
    for (wanted, index) in wanted.iter().zip(indexes) {
        assert_eq!(wanted["IndexName"].as_str(), index.index_name());
        assert_eq!(pairs(&wanted["KeySchema"], KEY), schema(index.key_schema()));
        let projection = index.projection().and_then(|projection| projection.projection_type());
        let wanted = wanted["Projection"]["ProjectionType"].as_str();
        assert_eq!(wanted, projection.map(aws_sdk_dynamodb::types::ProjectionType::as_str));
    }
    let billing = table.billing_mode_summary().and_then(|billing| billing.billing_mode());
    let wanted = template["BillingMode"].as_str();
    assert_eq!(wanted, billing.map(aws_sdk_dynamodb::types::BillingMode::as_str));
}

#[tokio::test]
async fn the_stream_shows_new_items_and_what_expires_says_so_where_the_template_looks() {
    let template = template();
    let view = template["StreamSpecification"]["StreamViewType"].as_str();
    assert!(view.is_some_and(|view| view.starts_with("NEW_")), "{view:?}");
    let expiry = &template["TimeToLiveSpecification"];
    assert_eq!(expiry["Enabled"].as_bool(), Some(true));

    let world = World::start().await;
    let key = call(&world, "k", "body");
    submit(&world, &[World::PLAGIARISM], Some(&key)).await.expect("made");
    let pk = attesta_store::keys::idempotency(
        Some(world.organisation),
        world.user.user_id,
        "verification",
        "k",
    );
    let table = Client::new(&world.aws.table_config());
    let text = aws_sdk_dynamodb::types::AttributeValue::S;
    let get = table.get_item().table_name(World::TABLE);
    let item = get.key("pk", text(pk.pk)).key("sk", text(pk.sk)).send().await;
    let item = item.expect("readable").item.expect("there");
    let attribute = expiry["AttributeName"].as_str().expect("a name");
    let day = SignedDuration::from_hours(24);
    let expected = (world.store.ids().now() + day).as_second().to_string();
    assert_eq!(item.get(attribute).and_then(|value| value.as_n().ok()), Some(&expected));
}
