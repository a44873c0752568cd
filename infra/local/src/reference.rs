//! The OpenAPI documents, and a Bruno collection. A program of its own writes both, so that
//! this one doesn't hang on the functions' code.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::home::{Home, read_json, write_private};
use crate::process::{self, cargo};
use crate::stack::Stack;

/// Writes the OpenAPI documents into a directory, or to where they are served from.
pub(crate) fn openapi(home: &Home, out: Option<&Path>) -> Result<()> {
    let out = out.map(std::path::absolute).transpose()?;
    let mut cargo = cargo(home);
    cargo.args(["run", "--quiet", "--bin=openapi", "--", "documents"]);
    process::run(cargo.args(out))
}

/// Writes a Bruno collection, and the local stack as an environment of it if there is one.
pub(crate) fn bruno(home: &Home, out: Option<PathBuf>) -> Result<()> {
    let out = std::path::absolute(out.unwrap_or_else(|| home.dev.join("bruno")))?;
    let mut cargo = cargo(home);
    cargo.args(["run", "--quiet", "--bin=openapi", "--", "bruno"]);
    process::run(cargo.arg(&out))?;
    match read_json::<Stack>(&home.chosen_stack_file()) {
        None => println!(
            "No local stack runs; start it with `cargo dev up` to have it as an environment."
        ),
        Some(stack) => {
            write_private(&out.join("environments/local.bru"), &environment(&stack))?;
        }
    }
    Ok(())
}

/// The local stack's owner and provider; whatever else has to be known is made by calls.
fn environment(stack: &Stack) -> String {
    let values = [
        ("baseUrl", &stack.base_url),
        ("username", &stack.owner.username),
        ("password", &stack.owner.password),
        ("roleId", &stack.provider.role_id),
        ("secretId", &stack.provider.secret_id),
    ];
    let lines = values.map(|(name, value)| format!("  {name}: {value}\n"));
    format!("vars {{\n{}}}\n", lines.concat())
}
