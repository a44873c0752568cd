//! A kind of import made up for the occasion, over the embedded AWS.

mod columns;
mod forms;
mod jobs;
mod large;
mod things;
mod who;
mod world;
