//! Helpers of the black-box tests: the contracts and what the code declares beside them.

pub mod actors;
pub mod comparer;
pub mod document;
pub mod lists;
mod normalise;
mod sample;
mod schemas;
pub mod steady;
pub mod surfaces;
