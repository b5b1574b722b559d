use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::clock::Clock;
use crate::fault::Fault;
use crate::fault_error::FaultError;
use crate::log::Log;
use crate::meter::Meter;
use crate::rate_rule::RateError;
use crate::script::Script;
use crate::simulator::Simulator;
use crate::spec::{SpecError, WorldSpec};
use crate::throttling::Throttling;
use crate::world::World;

/// Why a [`Simulator`] could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// The world is not a possible one.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A fault is not a possible one.
    #[error(transparent)]
    Fault(#[from] FaultError),
    /// A rate limit is not a possible one.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// The file for the log could not be opened.
    #[error("cannot write the log to {}", path.display())]
    LogFile {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Settings of a [`Simulator`] beside its world.
#[derive(Debug)]
#[must_use]
pub struct SimulatorBuilder {
    spec: WorldSpec,
    latency: Duration,
    faults: Vec<Fault>,
    throttling: Throttling,
    log_file: Option<PathBuf>,
    keep_log: bool,
}

impl SimulatorBuilder {
    pub(crate) fn new(spec: WorldSpec) -> Self {
        Self {
            spec,
            latency: Duration::ZERO,
            faults: Vec::new(),
            throttling: Throttling::default(),
            log_file: None,
            keep_log: true,
        }
    }

    /// How long every answer takes, faults included; no time at all by default.
    pub fn latency(self, latency: Duration) -> Self {
        Self { latency, ..self }
    }

    /// Adds disturbances. Where several meet a call, the one added first takes it.
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// The rate limits, in place of those of AWS.
    pub fn throttling(self, throttling: Throttling) -> Self {
        Self { throttling, ..self }
    }

    /// Writes the log to a file as well, a line of JSON for each request at the moment it is answered. A file
    /// that is there already is overwritten.
    pub fn log_file(self, path: impl Into<PathBuf>) -> Self {
        Self { log_file: Some(path.into()), ..self }
    }

    /// Whether the log is kept in memory for [`Simulator::log`], about half a kilobyte a request; it is by
    /// default. The counts are kept in any case.
    pub fn keep_log(self, keep: bool) -> Self {
        Self { keep_log: keep, ..self }
    }

    /// Makes the simulator.
    ///
    /// # Errors
    ///
    /// When the world, a fault or a rate limit is impossible, or the log's file cannot be opened.
    pub fn build(self) -> Result<Simulator, SimulatorError> {
        let world = World::new(self.spec)?;
        let script = Script::new(self.faults)?;
        let meter = Meter::new(self.throttling)?;
        let file = match self.log_file {
            None => None,
            Some(path) => match File::create(&path) {
                Ok(file) => Some(file),
                Err(source) => return Err(SimulatorError::LogFile { path, source }),
            },
        };
        let clock = Clock::new();
        let log = Log::new(clock, self.keep_log, file);
        Ok(Simulator::assemble(world, script, meter, log, clock, self.latency))
    }
}
