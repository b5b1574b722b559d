//! What collectors hand out, from a simulated organization.
#![allow(clippy::unwrap_used)]

mod record_pages;
mod undeclared;
