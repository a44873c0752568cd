//! Organisations.

use attesta_model::{Company, HomeCountry, Location, Module, Organisation, Reason, Result};
use attesta_store::access::ImportTarget;
use attesta_store::{ImportedOrganisation, NewOrganisation, NewPerson, Store};
use attesta_wire::Text;

use super::{NAME, address, email, phone, text};
use crate::{About, Applied, Cells, Column, Kind};

/// So many modules an organisation has at most.
const MOST_MODULES: usize = 50;

/// Organisations that wait to be activated, each with its owner. One with the
/// company number, the name in the country or the owner that a row names is
/// there already, and stays as it is.
#[derive(Debug, Clone)]
pub struct Organisations {
    store: Store,
}

impl Organisations {
    /// Over a table.
    #[must_use]
    pub const fn new(store: Store) -> Self {
        Self { store }
    }
}

impl Kind for Organisations {
    type Row = NewOrganisation;

    const NAME: &'static str = "organisations";
    const COLUMNS: &'static [Column] = COLUMNS;

    fn read(&self, cells: &mut Cells<'_>) -> Option<NewOrganisation> {
        let name = cells.required::<Text<NAME>>("name");
        let country = cells.required::<HomeCountry>("countryISO");
        let company = Company {
            number: text::<50>(cells, "companyNumber"),
            sales_tax_id: text::<50>(cells, "salesTaxId"),
            holding_number: text::<50>(cells, "holdingNumber"),
            website: text::<2_000>(cells, "website"),
            ..Company::default()
        };
        // The country alone is no place.
        let address = address(cells, None);
        let owner = owner(cells);
        let modules = modules(cells);
        let country = country?;
        let place = address.map(|address| Location {
            address: Some(attesta_model::Address { country: Some(country), ..address }),
            ..Location::default()
        });
        Some(NewOrganisation {
            name: name?.0,
            country,
            location: place,
            company,
            organisers: Vec::new(),
            billing: None,
            modules: modules?,
            owner,
            contacts: Vec::new(),
        })
    }

    fn about(&self, row: &NewOrganisation) -> About {
        About { summary: Some(row.name.clone()), reference: row.company.number.clone() }
    }

    async fn apply(&self, target: &ImportTarget, row: NewOrganisation) -> Result<Applied> {
        let imported = self.store.import_organisation(target, &row).await?;
        let ImportedOrganisation { organisation, is_new } = imported;
        if is_new {
            let message = "The organisation was made, and waits to be activated.";
            return Ok(Applied::new(&organisation.id, message));
        }
        let message = match differences(&organisation, &row).as_slice() {
            [] => "The organisation is there already.".to_owned(),
            others => format!(
                "The organisation is there already and stays as it is, with another {}.",
                others.join(", ")
            ),
        };
        Ok(Applied::new(&organisation.id, message))
    }
}

/// What a row says otherwise than the organisation that is there.
fn differences(known: &Organisation, row: &NewOrganisation) -> Vec<&'static str> {
    let is_other = |said: &Option<String>, kept: &Option<String>| said.is_some() && said != kept;
    let has = |module: &Module| known.modules.iter().any(|kept| kept.id == module.id);
    let postcode = |place: &Option<Location>| {
        let address = place.as_ref().and_then(|place| place.address.as_ref());
        address.and_then(|address| address.postcode.clone())
    };
    let (said, kept) = (&row.company, &known.company);
    let both = [
        ("name", row.name != known.name),
        ("countryISO", row.country != known.country),
        ("companyNumber", is_other(&said.number, &kept.number)),
        ("salesTaxId", is_other(&said.sales_tax_id, &kept.sales_tax_id)),
        ("holdingNumber", is_other(&said.holding_number, &kept.holding_number)),
        ("website", is_other(&said.website, &kept.website)),
        ("postcode", is_other(&postcode(&row.location), &postcode(&known.location))),
        ("modules", !row.modules.iter().all(has)),
    ];
    both.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// Who is to own it, who is welcomed by e-mail as it is activated.
fn owner(cells: &mut Cells<'_>) -> Option<NewPerson> {
    let owner = NewPerson {
        given_name: text::<128>(cells, "ownerGivenName"),
        family_name: text::<128>(cells, "ownerFamilyName"),
        email: email(cells, "ownerEmail"),
        phone: phone(cells, "ownerPhone"),
    };
    if owner == NewPerson::default() {
        return None;
    }
    if owner.email.is_none() && cells.text("ownerEmail").is_none() {
        cells.problem("ownerEmail", &Reason::Required);
    }
    Some(owner)
}

fn modules(cells: &mut Cells<'_>) -> Option<Vec<Module>> {
    let mut ids: Vec<String> = Vec::new();
    for Text(id) in cells.list::<Text<50>>("modules")? {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.len() > MOST_MODULES {
        let rule = format!("must have at most {MOST_MODULES} entries");
        cells.problem("modules", &Reason::Rule(rule));
    }
    Some(ids.into_iter().map(|id| Module { id, name: None, price: None }).collect())
}

const COLUMNS: &[Column] = &[
    Column {
        name: "name",
        required: true,
        description: "What the organisation is called",
        example: "Acme Grain",
    },
    Column {
        name: "countryISO",
        required: true,
        description: "Its country: GB, US, ZA or FR",
        example: "GB",
    },
    Column {
        name: "companyNumber",
        required: false,
        description: "The number that its company is registered by",
        example: "01234567",
    },
    Column {
        name: "salesTaxId",
        required: false,
        description: "Its number for sales tax",
        example: "GB123456789",
    },
    Column {
        name: "holdingNumber",
        required: false,
        description: "The number of its holding",
        example: "12/345/6789",
    },
    Column {
        name: "website",
        required: false,
        description: "Where it is on the web",
        example: "https://acme.example",
    },
    Column {
        name: "line1",
        required: false,
        description: "First line of the address",
        example: "Long Lane",
    },
    Column { name: "line2", required: false, description: "Second line of it", example: "" },
    Column { name: "line3", required: false, description: "Third line of it", example: "" },
    Column { name: "city", required: false, description: "Its city", example: "Oxford" },
    Column {
        name: "region",
        required: false,
        description: "Its region's name",
        example: "Oxfordshire",
    },
    Column {
        name: "regionISO",
        required: false,
        description: "The region, by ISO 3166-2",
        example: "GB-OXF",
    },
    Column { name: "postcode", required: false, description: "Its postcode", example: "OX1 1AA" },
    Column {
        name: "ownerGivenName",
        required: false,
        description: "The given name of who is to own it",
        example: "Ada",
    },
    Column {
        name: "ownerFamilyName",
        required: false,
        description: "Their family name",
        example: "Byron",
    },
    Column {
        name: "ownerEmail",
        required: false,
        description: "Their e-mail address, which there must be if anything is said of them",
        example: "ada@acme.example",
    },
    Column {
        name: "ownerPhone",
        required: false,
        description: "Their telephone number, from + and the calling code on",
        example: "+447400123456",
    },
    Column {
        name: "modules",
        required: false,
        description: "What it subscribes to, semicolons between",
        example: "trading;logistics",
    },
];
