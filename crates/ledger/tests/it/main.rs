//! The ledger, through its public face.

mod amount;
mod crashing;
mod opening;
mod power;
mod reading;
mod recording;
mod resuming;
mod support;
mod versions;
