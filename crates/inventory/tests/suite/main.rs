//! What collectors hand out: from a simulated organization, and from answers made by hand.
#![allow(clippy::unwrap_used, clippy::panic)]

mod script;

mod batches;
mod detailed;
mod details;
mod record_pages;
mod undeclared;
