//! Sessions against the simulated organization, in process and on tokio's paused clock.
//!
//! What happened is read from the simulator's log; our own counters are compared with it. A few tests go over
//! sockets, in the machine's time, for what only happens there.

// Helpers of tests are tests too, though clippy knows only the functions marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
mod loopback;
mod script;
mod sts;

mod adaptation;
mod base_credentials;
mod broker;
mod budget;
mod canary;
mod cancelling;
mod certificates;
mod classes;
mod denial;
mod endpoints;
mod expired;
mod factory;
mod failures;
mod gate;
mod hops;
mod in_flight;
mod in_flight_faults;
mod raw;
mod refresh;
mod role_requests;
mod secrets;
mod stack;
mod streams;
mod throttle_answers;
mod trust;
mod waits;
mod windows;
mod wire;
