//! The surfaces: a contract each, and the document that the functions behind it declare.

use crate::document::Document;

/// One surface.
#[derive(Debug)]
pub struct Surface {
    /// The contract's file in `tests/contract/`.
    pub file: &'static str,
    /// What is promised.
    pub contract: Document,
    /// What is declared, of all the surface's functions together; empty while none is built.
    pub code: Document,
}

/// All surfaces.
///
/// # Panics
/// If a contract can't be read or two functions declare one thing differently.
#[must_use]
pub fn surfaces() -> Vec<Surface> {
    vec![
        surface(
            "customer.yaml",
            include_str!("../contract/customer.yaml"),
            vec![Document::declared(attesta_auth::openapi())],
        ),
        surface(
            "provider.yaml",
            include_str!("../contract/provider.yaml"),
            vec![
                Document::declared(attesta_tokens::openapi()),
                Document::declared(attesta_providers::openapi()),
                Document::declared(attesta_intake::openapi()),
            ],
        ),
        surface("marketplace.yaml", include_str!("../contract/marketplace.yaml"), vec![]),
        surface("sub-tpp.yaml", include_str!("../contract/sub-tpp.yaml"), vec![]),
        surface(
            "provider-instances.yaml",
            include_str!("../contract/provider-instances.yaml"),
            vec![],
        ),
    ]
}

fn surface(file: &'static str, contract: &str, code: Vec<Document>) -> Surface {
    let contract = Document::from_yaml(contract).unwrap_or_else(|error| panic!("{file}: {error}"));
    let code = Document::merge(code).unwrap_or_else(|error| panic!("{file}: {error}"));
    Surface { file, contract, code }
}
