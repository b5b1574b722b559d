//! Choosing accounts of the simulated organization, in process and on tokio's paused clock.
//!
//! What was asked of AWS is read from the simulator's log; what should be chosen, from its truth.

// Helpers of tests are tests too, though clippy knows only the functions marked as such.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

mod aliases;
mod choosing;
mod listing;
mod remembering;
mod tags;
mod units;
