//! What is believed of who calls, and what is not.

mod machines;
mod tokens;
