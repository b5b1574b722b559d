#![doc = include_str!("../README.md")]

mod account;
mod bucket;
mod builder;
mod call;
mod caller;
mod clock;
mod connector;
mod credentials;
mod fault;
mod incoming;
mod instance;
mod log;
mod page;
mod params;
mod protocol;
mod refusal;
mod region;
mod reply;
mod seed;
mod server;
mod services;
mod signature;
mod simulator;
mod spec;
mod truth;
mod world;
mod xml;

pub use builder::{SimulatorBuilder, SimulatorError};
pub use fault::{Answer, Fault, FaultError};
pub use log::Request;
pub use server::Server;
pub use simulator::Simulator;
pub use spec::{SpecError, WorldSpec};
pub use truth::{AccountTruth, Totals, Truth};
