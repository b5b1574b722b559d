//! The ledger, through its public face.

mod recording;
mod resuming;
mod support;
