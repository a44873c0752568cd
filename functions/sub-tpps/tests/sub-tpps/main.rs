//! The operations of the `sub-tpps` function, called as members and staff call
//! them.

mod access;
mod approvals;
mod children;
mod create;
mod delete;
mod event;
mod list;
mod members;
mod world;
