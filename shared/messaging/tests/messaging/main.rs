//! Delivery and queues, against stand-ins.

mod delivery;
mod queues;
