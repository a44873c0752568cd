//! The functions, each served as in production.

use std::sync::Arc;

use attesta_assurance::RedTractor;
use attesta_cognito::UserPool;
use attesta_model::{Error, Result};
use attesta_runtime::Surface;
use attesta_testing::{ISSUER, POOL_API_CLIENT, POOL_CLIENT, World as Seeded};
use attesta_tokens::{Broker, SecretTexts, SigningKeys, Texts};
use attesta_wire::Slash;
use attesta_wire::auth::Boxed;
use attesta_wire::provider::Base;
use axum::Router;
use axum::response::IntoResponse;

use super::REDIRECT;

pub(super) fn auth(seeded: &Seeded, cognito: &str) -> Router {
    let router = {
        attesta_auth::router(Arc::new(attesta_auth::App {
            store: seeded.store.clone(),
            pool: pool(seeded, cognito, POOL_CLIENT),
            api_pool: pool(seeded, cognito, POOL_API_CLIENT),
            marketplace: pool(seeded, cognito, "other"),
            redirects: REDIRECT.parse().expect("a list"),
            gate: seeded.user_gate(),
        }))
    };
    served::<attesta_auth::Dialect>(router, Slash::Never, seeded)
}

pub(super) fn users(seeded: &Seeded, cognito: &str) -> Router {
    let router = attesta_users::router(Arc::new(attesta_users::App {
        store: seeded.store.clone(),
        pool: pool(seeded, cognito, POOL_CLIENT),
        gate: seeded.provider_gate(),
        users: seeded.user_gate(),
    }));
    served::<attesta_users::Dialect>(router, Slash::Never, seeded)
}

pub(super) fn organisations(seeded: &Seeded) -> Router {
    let router = attesta_organisations::router(Arc::new(attesta_organisations::App {
        store: seeded.store.clone(),
        imports: attesta_organisations::Imports::new(&seeded.store, &seeded.objects),
        gate: seeded.provider_gate(),
        users: seeded.user_gate(),
    }));
    served::<attesta_organisations::Dialect>(router, Slash::Never, seeded)
}

pub(super) fn business_units(seeded: &Seeded) -> Router {
    let nobody = &seeded.aws.queues_config();
    let red_tractor = RedTractor::new(nobody, None, "red-tractor");
    let (store, objects) = (seeded.store.clone(), seeded.objects.clone());
    let units = attesta_imports::kinds::BusinessUnits::new(store.clone(), red_tractor.clone());
    let router = attesta_business_units::router(Arc::new(attesta_business_units::App {
        imports: attesta_imports::Desk::new(units, store, objects),
        store: seeded.store.clone(),
        red_tractor,
        gate: seeded.provider_gate(),
        users: seeded.user_gate(),
    }));
    served::<attesta_business_units::Dialect>(router, Slash::Never, seeded)
}

pub(super) fn business_connections(seeded: &Seeded) -> Router {
    let router =
        attesta_business_connections::router(Arc::new(attesta_business_connections::App {
            store: seeded.store.clone(),
            users: seeded.user_gate(),
        }));
    served::<attesta_business_connections::Dialect>(router, Slash::Never, seeded)
}

pub(super) fn system(seeded: &Seeded) -> Router {
    let app = attesta_system::App { store: seeded.store.clone(), gate: seeded.user_gate() };
    let router = attesta_system::router(Arc::new(app));
    served::<attesta_system::Dialect>(router, Slash::Never, seeded)
}

pub(super) fn tokens(seeded: &Seeded) -> Router {
    let router = {
        attesta_tokens::router(Arc::new(attesta_tokens::App {
            store: seeded.store.clone(),
            gate: seeded.provider_gate(),
            users: seeded.user_gate(),
            keys: SigningKeys::new(Text, seeded.store.clone()),
            issuer: ISSUER.to_owned(),
            broker: Broker { region: "eu-west-1".to_owned(), endpoint: None },
        }))
    };
    served::<attesta_tokens::Dialect>(router, Slash::Never, seeded)
}

pub(super) fn providers(seeded: &Seeded) -> Router {
    let router = {
        attesta_providers::router(Arc::new(attesta_providers::App {
            store: seeded.store.clone(),
            objects: seeded.objects.clone(),
            gate: seeded.provider_gate(),
            user_gate: seeded.user_gate(),
            base: Base::new(None),
        }))
    };
    served::<attesta_providers::Dialect>(router, Slash::Always, seeded)
}

pub(super) fn admin(seeded: &Seeded) -> Router {
    let router = {
        attesta_provider_admin::router(Arc::new(attesta_provider_admin::App {
            store: seeded.store.clone(),
            queues: aws_sdk_sqs::Client::new(&seeded.aws.queues_config()),
            stack: "attesta".to_owned(),
            gate: seeded.user_gate(),
            base: Base::new(None),
        }))
    };
    served::<attesta_provider_admin::Dialect>(router, Slash::Always, seeded)
}

pub(super) fn instances(seeded: &Seeded) -> Router {
    let router = {
        attesta_provider_instances::router(Arc::new(attesta_provider_instances::App {
            store: seeded.store.clone(),
            gate: seeded.provider_gate(),
            users: seeded.user_gate(),
        }))
    };
    served::<attesta_provider_instances::Dialect>(router, Slash::Never, seeded)
}

pub(super) fn intake(seeded: &Seeded) -> Router {
    let router = {
        attesta_intake::router(Arc::new(attesta_intake::App {
            store: seeded.store.clone(),
            objects: seeded.objects.clone(),
            gate: seeded.user_gate(),
        }))
    };
    served::<attesta_intake::Dialect>(router, Slash::Always, seeded)
}

pub(super) fn sub_tpps(seeded: &Seeded) -> Router {
    let router = {
        attesta_sub_tpps::router(Arc::new(attesta_sub_tpps::App {
            store: seeded.store.clone(),
            objects: seeded.objects.clone(),
            gate: seeded.provider_gate(),
            users: seeded.user_gate(),
            offsets: attesta_sub_tpps::Offsets::new(seeded.store.clone()),
        }))
    };
    served::<attesta_sub_tpps::Dialect>(router, Slash::Never, seeded)
}

pub(super) fn marketplace(seeded: &Seeded) -> Router {
    let router = {
        let app =
            attesta_marketplace::App { store: seeded.store.clone(), gate: seeded.user_gate() };
        attesta_marketplace::router(Arc::new(app))
    };
    served::<attesta_marketplace::Dialect>(router, Slash::Never, seeded)
}

/// A router that is served as in production.
fn served<F: From<Error> + IntoResponse>(router: Router, slash: Slash, seeded: &Seeded) -> Router {
    Surface::new::<F>(router, slash, &seeded.store).routed()
}

fn pool(seeded: &Seeded, cognito: &str, client: &str) -> UserPool {
    let config = seeded.aws.table_config().into_builder().endpoint_url(cognito).build();
    UserPool::new(&config, "pool".to_owned(), client.to_owned())
}

/// The secret that tokens of the seeded world are signed with.
#[derive(Debug)]
struct Text;

impl SecretTexts for Text {
    fn texts(&self) -> Boxed<'_, Result<Texts>> {
        Box::pin(async { Ok(Texts { current: Seeded::signing_text(), previous: None }) })
    }
}
