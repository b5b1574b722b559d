//! What the configuration file is understood as, and what is refused with which place.

// Helpers of tests are tests too, though clippy knows only the functions marked as such.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod hostile;
mod importing;
mod overlay;
mod problems;
mod schema;
mod size;
mod structure;
mod values;

use orgwide_config::{Config, ConfigError};

/// Reads a file, with a few variables set.
fn parse(file: &str) -> Result<Config, ConfigError> {
    Config::parse(file.as_bytes(), |name| match name {
        "REGION" => Some("eu-central-1".to_owned()),
        "ACCOUNTS" => Some("000000000012, dev-*".to_owned()),
        "YAML" => Some("x\nin_flight: 9".to_owned()),
        "SECRET" => Some("canary!secret".to_owned()),
        "ID" => Some("000000000012".to_owned()),
        _ => None,
    })
}

fn good(file: &str) -> Config {
    parse(file).unwrap_or_else(|error| panic!("{file}\n{error}"))
}

/// The problems, each as its line.
fn refused(file: &str) -> Vec<String> {
    match parse(file) {
        Ok(config) => panic!("{file}\nwas taken as {config:?}"),
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}
