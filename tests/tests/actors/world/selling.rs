//! What partners, members and tenants deal in.

use attesta_model::{Machine, MachineKind};
use attesta_testing::{ISSUER, World as Seeded, json as request, with_header};
use http::StatusCode;
use serde_json::{Value, json};

use super::{DOMAIN, InProcess};

impl InProcess {
    /// A partner whose deployment has a provider of the marketplace, and another
    /// partner that may see nothing.
    pub(super) async fn set_up_marketplace(&mut self) {
        let staff = self.seeded.user_token(&self.seeded.staff);
        let call = async |method: &str, path: &str, body: Value| {
            let request = request(method, path, &staff, &body);
            attesta_testing::call(&self.marketplace.router, request).await.body
        };
        let (providers, partners) = ("/tpp/admin/providers", "/tpp/admin/partners");
        let listing = json!({"name": "Home Check", "description": "Looks at homes.",
"categories": {"Home": ["Survey", "Valuation"]}});
        let tpp = call("POST", providers, listing).await["id"].as_str().unwrap().to_owned();
        let mut keys = Vec::new();
        let mut ids = Vec::new();
        for name in ["Bright Insurance", "Plain Insurance"] {
            let partner = json!({"name": name, "deployments": ["shop"]});
            let id = call("POST", partners, partner).await["id"].as_str().unwrap().to_owned();
            let path = format!("{partners}/{id}/keys");
            let key = call("POST", &path, json!({"name": "First"})).await;
            keys.push(key["api_key"].as_str().unwrap().to_owned());
            ids.push(id);
        }
        call("PUT", &format!("{partners}/{}/providers/{tpp}", ids[0]), Value::Null).await;
        let enabling = json!({"tpp_id": tpp, "cp_deployment_id": "shop", "enable": true,
            "product_type": "Survey"});
        let enable = request("POST", "/tpp/enable", "", &enabling);
        let enable = attesta_testing::with_header(enable, "x-api-key", &keys[0]);
        let answer = attesta_testing::call(&self.marketplace.router, enable).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        set("tpp_id", json!(tpp));
        set("partner_id", json!(ids[0]));
        let mut another = enabling;
        another["product_type"] = json!("Valuation");
        set("enableProvider", another);
        set("adminApproveTpp.partner_id", json!(ids[1]));
        set(
            "upsertProviderCustomer",
            json!({"id": "1042", "first_name": "Una", "surname": "Hughes",
"email": "una@example.com"}),
        );
        set(
            "adminCreateTpp",
            json!({"name": "Life Check", "description": "Asks after health.",
"categories": {"Life": ["Questionnaire"]}}),
        );
        set("adminCreatePartner.name", json!("Clear Insurance"));
        self.marketplace.keys = [keys.remove(0), keys.remove(0)];
    }

    /// A sub-TPP of the organisation's, which awaits approval.
    pub(super) async fn sub_tpp(&mut self) {
        let body = json!({"domain": "one.example.com", "name": "Corner Shop", "merchant": {}});
        let token = self.member_token(0, self.seeded.organisation, ISSUER);
        let request = request("POST", "/member/sub-tpps", &token, &body);
        let answer = attesta_testing::call(&self.sub_tpps, request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        self.fixtures.insert("subTppId".to_owned(), answer.body["subTppId"].clone());
    }

    /// A tenant with a reseller, a customer who has something, and one who
    /// hasn't. Both tenants' machines are the callers.
    pub(super) async fn shop(&mut self) {
        let Seeded { organisation, other_organisation, staff, .. } = &self.seeded;
        let (organisation, staff) = (*organisation, self.seeded.user_token(staff));
        for of in [organisation, *other_organisation] {
            let machine = Machine::new(MachineKind::Csp, Some(of)).unwrap();
            let key = self.seeded.client_as(machine).await;
            self.sellers.push((key.id, machine));
        }
        let tenant = json!({"organisationId": organisation, "domains": [DOMAIN]});
        self.made("/v1/Tenants", &staff, &tenant).await;
        let name = |name: &str| json!({"name": name});
        let reseller = self.made("/v1/Resellers", &staff, &name("Fine Software")).await;
        let customer = self.made("/v1/Customers", &staff, &name("Old Mill")).await;
        let empty = self.made("/v1/Customers", &staff, &name("New Mill")).await;
        let kind = json!({"name": "Mailboxes", "providerType": "mail"});
        let instance = self.made("/v1/Providers/Instances", &staff, &kind).await;
        let another = self.made("/v1/Providers/Instances", &staff, &kind).await;
        let sold = |instance: &Value| {
            json!({"providerInstanceId": instance, "providerCustomerData": null,
                "margin": {"value": 5, "marginRule": {"name": "markup"}}})
        };
        let own = self.seller(0, ISSUER);
        let path = format!("/v1/Customers/{}", customer.as_str().unwrap());
        self.made(&format!("{path}/provider-instances"), &own, &sold(&instance)).await;
        let link = format!("{path}/Resellers/{}", reseller.as_str().unwrap());
        let shown = with_header(request("PUT", &link, &own, &Value::Null), "x-tenant", DOMAIN);
        let shown = attesta_testing::call(&self.instances, shown).await;
        assert_eq!(shown.status, StatusCode::NO_CONTENT);
        let mut set = |name: &str, value: Value| self.fixtures.insert(name.to_owned(), value);
        set("addProviderInstance", sold(&another));
        set("tenantId", json!(organisation));
        set("resellerId", reseller);
        set("customerId", customer);
        set("showCustomer.customerId", empty.clone());
        set("removeCustomer.customerId", empty);
        set("providerInstanceId", instance);
    }

    /// Makes something of a tenant's; yields its id.
    async fn made(&self, path: &str, token: &str, body: &Value) -> Value {
        let request = with_header(request("POST", path, token, body), "x-tenant", DOMAIN);
        let answer = attesta_testing::call(&self.instances, request).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body
    }
}
