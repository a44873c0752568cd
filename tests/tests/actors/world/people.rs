//! People, organisations and what belongs to them.

use attesta_model::{AdvancePay, CertificateQuery, Module, Organisation, Profile, User, UserId};
use attesta_store::Seed;
use attesta_store::access::{ImportInto, Importers};
use attesta_testing::{World as Seeded, json as request};
use http::StatusCode;
use serde_json::{Value, json};

use super::InProcess;

impl InProcess {
    /// Gives the organisation a module, and a member who may come to own it.
    pub(super) async fn set_up_organisation(&mut self) {
        let Seeded { store, staff, organisation: id, .. } = &self.seeded;
        let kept = store.managed_organisation(staff, &id.to_string()).await.unwrap();
        let module = Module { id: "trading".to_owned(), name: None, price: None };
        let name = "Hill Farm".to_owned();
        let changed = Organisation { name, ..kept.get().with_module(&module) };
        Seed(store).organisation(&changed).await.unwrap();
        let una = UserId(store.ids().uuid().unwrap());
        let user = User::new(una, "Una", "una@example.com", store.ids().now());
        let user = User { organisation_id: Some(*id), ..user };
        Seed(store).user(&user).await.unwrap();
        Seed(store).profile(&Profile::new(una, *id, Vec::new())).await.unwrap();
        let own = json!(id);
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        for operation in [
            "getOrganisation",
            "updateOrganisation",
            "updateAdvancePay",
            "activateOrganisation",
            "syncOrganisationUsers",
            "addModule",
            "removeModule",
            "removeModuleById",
            "requestModule",
        ] {
            set(&format!("{operation}.id"), own.clone());
        }
        set("newOwnerUserId", json!(una));
    }

    /// Has the organisation deal with another, one of whose contacts it lets in.
    pub(super) async fn connect(&mut self) {
        const PATH: &str = "/customers/business-connections";
        let token = self.seeded.user_token(&self.seeded.user);
        let contacts = json!([{"email": "una@farm.example"}, {"email": "uma@farm.example"}]);
        let body = json!({"name": "Far Farm", "contacts": contacts});
        let made = request("POST", PATH, &token, &body);
        let made = attesta_testing::call(&self.business_connections, made).await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.body);
        let farm = &made.body["connectedOrganisations"][0];
        let (id, contacts) = (&farm["organisationId"], &farm["contacts"]);
        let let_in = contacts[0]["id"].as_str().unwrap();
        let path = format!("{PATH}/{}/contacts/{let_in}", id.as_str().unwrap());
        let answer = request("PUT", &path, &token, &Value::Null);
        let answer = attesta_testing::call(&self.business_connections, answer).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        for operation in
            ["deleteBusinessConnection", "addRelationship", "connectContact", "disconnectContact"]
        {
            set(&format!("{operation}.id"), id.clone());
        }
        set("addRelationship.relationship", json!("trading"));
        set("connectContact.userId", contacts[1]["id"].clone());
        set("disconnectContact.userId", contacts[0]["id"].clone());
        let new = json!({"name": "Near Farm", "contacts": [{"email": "una@near.example"}]});
        set("createBusinessConnection", new.clone());
        set("checkBusinessConnection", new);
    }

    /// A unit of the organisation's.
    pub(super) async fn farm(&mut self) {
        let (organisation, user) = (self.seeded.organisation, &self.seeded.user);
        let body = json!({
            "organisationId": organisation, "name": "Hill Farm", "type": "farm",
            "business": {"name": "Hill Farm"},
        });
        let token = self.seeded.user_token(user);
        let request = request("POST", "/customers/business-units", &token, &body);
        let answer = attesta_testing::call(&self.business_units, request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        for name in
            ["getBusiness.id", "getBusinessesByBusinessUnitIds.ids", "updateBusinessUnit.id"]
        {
            self.fixtures.insert(name.to_owned(), answer.body["id"].clone());
        }
        self.fixtures.insert("updateBusinessUnit.name".to_owned(), json!("Lower Farm"));
    }

    /// Nobody is certified at a place, as is known already.
    pub(super) async fn know_certificates(&mut self) {
        let (country, postcode) = ("GBR", "SY4");
        let query = CertificateQuery::new(Some(country), Some(postcode), None).unwrap();
        self.seeded.store.keep_certificates(&query, &[]).await.unwrap();
        let mut set = |name: &str, value: &str| self.fixtures.insert(name.to_owned(), json!(value));
        set("listRedTractorCertificates.country", country);
        set("listRedTractorCertificates.postcode", postcode);
    }

    /// A file for each import, and a job of each kind whose file is uploaded.
    pub(super) async fn hand_in_files(&mut self) {
        let Seeded { store, staff, aws, organisation, .. } = &self.seeded;
        let organisation_id = Some(organisation.to_string());
        let into = ImportInto { organisation_id, organisation_name: None };
        let target = store.import_target(staff, Importers::StaffAndOwners, &into).await.unwrap();
        let managed = store.managed_organisation(staff, &organisation.to_string()).await.unwrap();
        let account = AdvancePay {
            account_name: "Una Hughes".to_owned(),
            sort_code: "12-34-56".to_owned(),
            account_number: "12345678".to_owned(),
            status: None,
        };
        store.set_advance_pay(&managed, &account).await.unwrap();
        let agreed = format!("organisationId,status\n{organisation},yes\n");
        for (operation, file) in [
            ("importBusinessUnits", "name,type\nUpper Farm,farm\n"),
            ("importOrganisations", "name,countryISO\nField Farm,GB\n"),
            ("importPreferences", "email,commodity\none@example.com,1\n"),
            ("setPreferences", "email,commodity\none@example.com,1\n"),
            ("importFinMidStatus", &agreed),
        ] {
            self.fixtures.insert(operation.to_owned(), json!(file));
        }
        let home = json!({"organisationId": organisation});
        self.fixtures.insert("createBusinessUnitsImportJob".to_owned(), home);
        for (noun, kind) in [
            ("BusinessUnits", "business-units"),
            ("Organisations", "organisations"),
            ("Preferences", "preferences"),
            ("PreferencesOverwriting", "preferences-overwriting"),
            ("FinMidStatus", "finmid-status"),
        ] {
            let job = store.create_import(kind, &target).await.unwrap();
            aws.bucket.put_bytes(&format!("uploads/imports/{}", job.id), "name\nA\n");
            for verb in ["get", "start"] {
                self.fixtures.insert(format!("{verb}{noun}ImportJob.id"), json!(job.id));
            }
        }
    }

    /// A member of the organisation who owns nothing.
    pub(super) async fn somebody_to_delete(&mut self) {
        let (store, organisation) = (&self.seeded.store, self.seeded.organisation);
        let id = UserId(store.ids().uuid().unwrap());
        let user = User::new(id, "mia", "mia@example.com", store.ids().now());
        let user = User { organisation_id: Some(organisation), ..user };
        Seed(store).user(&user).await.unwrap();
        Seed(store).profile(&Profile::new(id, organisation, Vec::new())).await.unwrap();
        self.fixtures.insert("deleteUser.id".to_owned(), json!(id));
    }
}
