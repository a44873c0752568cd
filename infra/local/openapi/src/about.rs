//! What a reader has to know of a surface besides its operations.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::merge::each_operation;

/// What is told of one document.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) name: &'static str,
    title: &'static str,
    /// Who calls, how they sign in, what errors and pages look like: Markdown.
    text: &'static str,
    /// The groups of operations, in the order of reading.
    tags: &'static [(&'static str, &'static str)],
    /// What callers show, by the names that the code gives it.
    schemes: &'static [(&'static str, &'static str)],
}

const USER: &str = "The access token of somebody who signed in at `POST /customers/auth/login`.";

pub(crate) static ABOUT: [About; 6] = [
    About {
        name: "customer",
        title: "Customer API",
        text: include_str!("about/customer.md"),
        tags: &[
            ("auth", "Signing in and out, passwords, second factors, sign-in links, API tokens."),
            ("users", "People: their accounts, profiles and preferences."),
            (
                "organisations",
                "Organisations: what they are, who owns them, what they subscribed to.",
            ),
            ("business-units", "The units of organisations."),
            ("businesses", "What the units do business as."),
            (
                "business-connections",
                "Which organisations deal with each other, and with whom there.",
            ),
            ("assurance", "Certificates that others issue."),
            ("system", "What staff set for all functions."),
        ],
        schemes: &[("bearer", USER)],
    },
    About {
        name: "provider",
        title: "Provider API",
        text: include_str!("about/provider.md"),
        tags: &[
            ("auth", "How a provider gets its tokens, and its queue."),
            ("provider", "What providers are."),
            ("enrolment", "The models that a provider keeps of people."),
            ("sample", "The samples that models are made of."),
            ("validation", "A provider's verdict on a sample."),
            ("request", "What is to be verified, and a provider's result."),
            ("notification", "What a provider wants to be reminded of."),
            ("intake", "What organisations hand in, and what became of it."),
            ("admin", "For staff: instruments, providers and their credentials."),
        ],
        schemes: &[
            ("jwt", "The access token of a provider, from `POST /api/v2/auth/approle`."),
            ("user", USER),
        ],
    },
    About {
        name: "marketplace",
        title: "Marketplace providers API",
        text: include_str!("about/marketplace.md"),
        tags: &[
            ("marketplace", "What a partner's deployments may have, and have."),
            ("marketplace admin", "For staff: listings, partners and their keys."),
        ],
        schemes: &[
            (
                "apiKey",
                "A partner's key, which staff make at `POST /tpp/admin/partners/{partner_id}/keys`.",
            ),
            ("bearer", USER),
            ("user", USER),
        ],
    },
    About {
        name: "sub-tpp",
        title: "Sub-TPPs API",
        text: include_str!("about/sub-tpp.md"),
        tags: &[
            ("sub-tpps", "A member's sub-TPPs."),
            ("members", "For staff: who is a member."),
            ("approvals", "For staff: which sub-TPPs are let in."),
        ],
        schemes: &[
            ("bearer", "A machine client's access token, from `POST /oauth2/token`."),
            ("basic", "A machine client's id and secret."),
            ("user", USER),
        ],
    },
    About {
        name: "provider-instances",
        title: "Provider instances API",
        text: include_str!("about/provider-instances.md"),
        tags: &[
            ("tenants", "Who sells."),
            ("resellers", "Who sells on."),
            ("customers", "Who buys."),
            ("instances", "What can be bought."),
            ("provider-instances", "What a customer has, and at which price."),
        ],
        schemes: &[(
            "bearer",
            "A machine client's access token, from `POST /oauth2/token`, or that of staff.",
        )],
    },
    About {
        name: "platform",
        title: "Platform operations",
        text: include_str!("about/platform.md"),
        tags: &[
            ("oauth2", "Machine clients, and how they get tokens."),
            ("auth", "The keys that tokens are checked with."),
            ("system", "Whether the platform is well, and who did what."),
            ("reference", "This reference."),
        ],
        schemes: &[("user", USER), ("bearer", USER)],
    },
];

impl About {
    /// Tells it in a document.
    ///
    /// # Errors
    /// Names what the code declares and nothing here describes, or the other way round.
    pub(crate) fn tell(&self, document: &mut Value) -> Result<(), String> {
        document["info"]["title"] = json!(self.title);
        document["info"]["description"] = json!(self.text);
        document["servers"] = json!([{"url": "/", "description": "Where this document is from"}]);
        self.tell_tags(document)?;
        self.tell_schemes(document)
    }

    fn tell_tags(&self, document: &mut Value) -> Result<(), String> {
        let mut used = BTreeSet::new();
        each_operation(document, |_, _, operation| {
            let tags = operation.get("tags").and_then(Value::as_array).into_iter().flatten();
            used.extend(tags.filter_map(Value::as_str).map(str::to_owned));
        });
        let told: BTreeSet<_> = self.tags.iter().map(|&(name, _)| name.to_owned()).collect();
        if used != told {
            return Err(format!("tags are {used:?}, described are {told:?}"));
        }
        let tags = self.tags.iter();
        let tags = tags.map(|(name, text)| json!({"name": name, "description": text}));
        document["tags"] = tags.collect();
        Ok(())
    }

    fn tell_schemes(&self, document: &mut Value) -> Result<(), String> {
        let mut used = BTreeSet::new();
        each_operation(document, |_, _, operation| {
            let security = operation.get("security").and_then(Value::as_array);
            let schemes = security.into_iter().flatten().filter_map(Value::as_object);
            used.extend(schemes.flat_map(Map::keys).cloned());
        });
        let declared = document.pointer_mut("/components/securitySchemes");
        let declared = declared.and_then(Value::as_object_mut).ok_or("no security schemes")?;
        declared.retain(|name, _| used.contains(name));
        for (name, scheme) in declared {
            let text = self.schemes.iter().find(|(told, _)| told == name);
            scheme["description"] = json!(text.ok_or_else(|| format!("scheme {name}?"))?.1);
        }
        Ok(())
    }
}
