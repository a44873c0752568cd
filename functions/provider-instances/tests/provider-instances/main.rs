//! The operations of the `provider-instances` function, called as those who
//! sell call them.

mod access;
mod administration;
mod audit;
mod lists;
mod prices;
mod relations;
mod wire;
mod world;
