//! The seeded people in the user pool.

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::operation::admin_create_user::AdminCreateUserError;
use aws_sdk_cognitoidentityprovider::types::{AttributeType, MessageActionType};

use super::{Person, World};

/// The group of the staff, and of those of them who may look alone.
const STAFF: &str = "admin";
const STAFF_READONLY: &str = "admin-readonly";

/// Makes the people who aren't there yet, and gives all their password.
pub(super) async fn write(config: &SdkConfig, pool: &str, world: &World) -> Result<()> {
    let client = Client::new(config);
    let staff = [&world.staff].into_iter().chain(&world.staff_readonly);
    for person in staff.clone().chain([&world.owner, &world.user]) {
        create(&client, pool, person).await.with_context(|| format!("seeding {}", person.email))?;
    }
    for (person, group) in staff.zip([STAFF, STAFF_READONLY]) {
        let join = client.admin_add_user_to_group().user_pool_id(pool).group_name(group);
        join.username(person.id.to_string()).send().await.context("seeding the staff's groups")?;
    }
    Ok(())
}

async fn create(client: &Client, pool: &str, person: &Person) -> Result<()> {
    let attribute =
        |name: &str, value: &str| AttributeType::builder().name(name).value(value).build();
    let created = client
        .admin_create_user()
        .user_pool_id(pool)
        .username(person.id.to_string())
        .user_attributes(attribute("email", &person.email)?)
        .user_attributes(attribute("email_verified", "true")?)
        .message_action(MessageActionType::Suppress)
        .send()
        .await;
    let is_there = |error: &AdminCreateUserError| error.is_username_exists_exception();
    if let Err(error) = created
        && !error.as_service_error().is_some_and(is_there)
    {
        return Err(error.into());
    }
    client
        .admin_set_user_password()
        .user_pool_id(pool)
        .username(person.id.to_string())
        .password(&person.password)
        .permanent(true)
        .send()
        .await?;
    Ok(())
}
