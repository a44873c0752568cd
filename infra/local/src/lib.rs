//! What tests share with `cargo dev`.

pub mod inbox;
