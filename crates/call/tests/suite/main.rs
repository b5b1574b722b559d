//! Calls against scripted answers, in process and on tokio's paused clock.

// Helpers of tests are tests too, though clippy knows only the functions marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod script;

mod addressing;
mod errors;
mod items;
mod pages;
mod refusals;
mod retries;
mod secrets;
mod special;
