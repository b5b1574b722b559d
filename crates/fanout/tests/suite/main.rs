//! Whole runs under the paused clock.

// Every module is marked as a test, or clippy would not let its helpers unwrap.
#[cfg(test)]
mod activity;
#[cfg(test)]
mod barriers;
#[cfg(test)]
mod common;
#[cfg(test)]
mod determinism;
#[cfg(test)]
mod events;
#[cfg(test)]
mod fairness;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod panics;
#[cfg(test)]
mod parking;
#[cfg(test)]
mod requeue;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod spans;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod waits;
