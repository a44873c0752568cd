//! An organisation's record of those whom it deals with.

use attesta_model::Result;
use attesta_store::access::Home;
use attesta_store::{ConnectionPage, ConnectionQuery};
use attesta_wire::customer::ConnectedOrganisation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// Whom an organisation deals with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BusinessConnections {
    /// The organisation.
    id: String,
    connected_organisations: Vec<ConnectedOrganisation>,
}

impl BusinessConnections {
    pub(crate) fn new(home: &Home, page: &ConnectionPage) -> Self {
        Self { id: home.organisation().id.to_string(), connected_organisations: rows(page) }
    }
}

/// The rows of a page.
pub(crate) fn rows(page: &ConnectionPage) -> Vec<ConnectedOrganisation> {
    page.rows.iter().map(ConnectedOrganisation::from).collect()
}

impl App {
    /// The record as a whole, or its first thousand by name.
    pub(crate) async fn record(&self, home: &Home) -> Result<ConnectionPage> {
        self.store.connections(home, &ConnectionQuery::whole()).await
    }
}
