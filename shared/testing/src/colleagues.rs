//! Who else there is in the world's organisation, and whom it deals with.

use std::collections::BTreeSet;

use attesta_identity::UserCaller;
use attesta_model::{
    BusinessUnitId, Connection, OrganisationId, Profile, Relationship, User, UserId,
};
use attesta_store::{Seed, keys};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::World;

impl World {
    /// A new user of the world's organisation, with these roles, who sees to
    /// these of its units.
    pub async fn colleague(&self, roles: &[&str], units: &[BusinessUnitId]) -> UserCaller {
        let id = UserId(self.store.ids().uuid().expect("random"));
        let user = User::new(id, "Cole", &format!("{id}@example.com"), self.store.ids().now());
        let user = User { organisation_id: Some(self.organisation), ..user };
        Seed(&self.store).user(&user).await.expect("written");
        let roles = roles.iter().map(|&role| role.to_owned()).collect();
        let profile = Profile::new(id, self.organisation, roles);
        let profile = Profile { business_units: units.to_vec(), ..profile };
        Seed(&self.store).profile(&profile).await.expect("written");
        UserCaller::new(id)
    }

    /// Somebody has no part in the world's organisation any more.
    pub async fn remove_profile(&self, of: &UserCaller) {
        let key = keys::profile(of.user_id, self.organisation);
        let client = Client::new(&self.aws.table_config());
        let gone = client
            .delete_item()
            .table_name(Self::TABLE)
            .key("pk", AttributeValue::S(key.pk))
            .key("sk", AttributeValue::S(key.sk));
        gone.send().await.expect("deleted");
    }

    /// An organisation deals with another, which is this to it.
    pub async fn connect(
        &self,
        organisation_id: OrganisationId,
        other_id: OrganisationId,
        relationships: &[Relationship],
    ) {
        let connection = Connection {
            organisation_id,
            other_id,
            relationships: relationships.iter().copied().collect(),
            contacts: BTreeSet::new(),
            connected: BTreeSet::new(),
            version: 0,
            created_at: self.store.ids().now(),
        };
        Seed(&self.store).connection(&connection).await.expect("written");
    }
}
