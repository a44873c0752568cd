//! The surfaces: a contract each, and the document that the functions behind it declare.

use attesta_openapi::SURFACES;

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

impl Surface {
    /// What it is called: its file's name without the extension.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.file.trim_end_matches(".yaml")
    }
}

/// All surfaces.
///
/// # Panics
/// If a contract can't be read or two functions declare one thing differently.
#[must_use]
pub fn surfaces() -> Vec<Surface> {
    vec![
        surface("customer.yaml", include_str!("../contract/customer.yaml")),
        surface("provider.yaml", include_str!("../contract/provider.yaml")),
        surface("marketplace.yaml", include_str!("../contract/marketplace.yaml")),
        surface("sub-tpp.yaml", include_str!("../contract/sub-tpp.yaml")),
        surface("provider-instances.yaml", include_str!("../contract/provider-instances.yaml")),
    ]
}

fn surface(file: &'static str, contract: &str) -> Surface {
    let contract = Document::from_yaml(contract).unwrap_or_else(|error| panic!("{file}: {error}"));
    let built = SURFACES.iter().filter(|(name, _)| file.strip_suffix(".yaml") == Some(*name));
    let functions = built.flat_map(|(_, functions)| functions.iter());
    let code = Document::merge(functions.map(|declared| Document::declared(declared())));
    let code = code.unwrap_or_else(|error| panic!("{file}: {error}"));
    Surface { file, contract, code }
}
