//! Sessions against the simulated organization, in process and on tokio's paused clock.
//!
//! What happened is read from the simulator's log; our own counters are compared with it.

// Helpers of tests are tests too, though clippy knows only the functions marked as such.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

mod broker;
mod budget;
mod denial;
mod failures;
mod gate;
mod refresh;
mod secrets;
mod waits;
mod wire;
