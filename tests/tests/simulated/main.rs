//! The whole binary against the simulator: what it reports is what there is, it asks no more than it must, and
//! whatever goes wrong is told truthfully.

mod budgets;
mod call;
mod call_effects;
mod call_models;
mod call_refusals;
mod completions;
mod config;
mod crashes;
mod denials;
mod details;
mod discovery;
mod documented;
mod interrupts;
mod ledgers;
mod limits;
mod misuse;
mod output;
mod regions;
mod reports;
mod resume;
mod rows;
mod s3_out;
mod scale;
mod secrets;
mod selection;
mod selection_organization;
mod selection_roles;
mod support;
mod timeouts;
mod truth;
mod types;
mod types_of_ones_own;
mod views;
mod whoami;
