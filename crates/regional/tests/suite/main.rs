//! Accounts in regions of the simulated organization, in process and on tokio's paused clock.
//!
//! What was asked of AWS is read from the simulator's log.

// Helpers of tests are tests too, though clippy knows only the functions marked as such.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

mod discovery;
mod factory;
mod interned;
mod limit;
mod paginator;
mod regional_account;
mod regional_account_set;
mod regional_accounts;
