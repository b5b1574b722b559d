//! The simulator from outside: as its callers see it.

// Helpers of tests are tests too, though clippy knows only the functions marked as such.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bodies;
mod denials;
mod faults;
mod federation;
mod listing;
mod lists;
mod log;
mod modelled;
mod modelled_answers;
mod modelled_pages;
mod modelled_refusals;
mod modelled_requests;
mod objects;
mod organization;
mod paging_faults;
mod rates;
mod refusals;
mod resource_details;
mod resource_traps;
mod resources;
mod server;
mod services;
mod stall;
mod support;
mod tree;
mod trust;
mod windows;
