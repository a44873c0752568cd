//! What tests share with `cargo dev`.

pub mod aws;
pub mod browser;
pub mod inbox;
pub mod redrive;
pub mod template;

/// The local stack's name; each clone has an AWS of its own.
pub const STACK: &str = "attesta";
