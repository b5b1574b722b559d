//! Choosing accounts of the simulated organization, in process and on tokio's paused clock.
//!
//! What was asked of AWS is read from the simulator's log; what should be chosen, from its truth.

mod common;

mod choosing;
mod listing;
