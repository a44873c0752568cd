//! Delivery and queues, against stand-ins.

mod batch;
mod delivery;
mod queues;
