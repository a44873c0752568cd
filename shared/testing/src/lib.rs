//! The embedded AWS that tests run against
