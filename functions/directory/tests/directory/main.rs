//! The function over the embedded table and a user pool that answers as told.

mod jobs;
