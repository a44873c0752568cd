//! The messenger, over the embedded table, towards a real HTTPS server.

mod batch;
mod post;
mod receiver;
mod world;
