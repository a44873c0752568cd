//! The messenger, over the embedded table, towards a real HTTPS
//! server.

mod aws;
mod batch;
mod logs;
mod people;
mod post;
mod receiver;
mod world;
