//! Accounts in regions of the simulated organization, in process and on tokio's paused clock.
//!
//! What was asked of AWS is read from the simulator's log.

// Helpers of tests are tests too, though clippy knows only the functions marked as such.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

mod discovery;
mod limit;
mod paginator;
mod regional_account;
