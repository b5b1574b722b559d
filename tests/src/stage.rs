use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use orgwide_simulator::{Request, Server, Simulator, SimulatorBuilder, Truth};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{Answers, Orgwide, Ran, Rows, Summary};

/// A simulated organization that listens, and a folder for the binary that is sent to it.
#[derive(Debug)]
pub struct Stage {
    simulator: Simulator,
    server: Server,
    folder: TempDir,
    /// Last, so that the server goes first.
    _runtime: Runtime,
}

impl Stage {
    /// Starts to serve, in threads of its own, until this is dropped.
    ///
    /// # Errors
    ///
    /// The world is impossible, or the system gives no threads, port or folder.
    pub fn set(simulator: SimulatorBuilder) -> Result<Self> {
        let simulator = simulator.build()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let server = runtime.block_on(simulator.serve(0))?;
        Ok(Self { simulator, server, folder: tempfile::tempdir()?, _runtime: runtime })
    }

    /// The binary, sent to this organization as its management account.
    ///
    /// # Errors
    ///
    /// The binary is not there.
    pub fn orgwide(&self, arguments: &[&str]) -> Result<Orgwide> {
        Ok(Orgwide::new(self.folder())?
            .args(arguments)
            .env("AWS_ENDPOINT_URL", self.server.endpoint_url())
            .env("AWS_ACCESS_KEY_ID", "hub")
            .env("AWS_SECRET_ACCESS_KEY", "simulated")
            .env("AWS_REGION", "us-east-1"))
    }

    /// Runs the binary with these arguments.
    ///
    /// # Errors
    ///
    /// It cannot be started, does not end, or wrote something that is not UTF-8.
    pub fn run(&self, arguments: &[&str]) -> Result<Ran> {
        self.orgwide(arguments)?.run()
    }

    /// Runs the binary and makes sure of its exit code.
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run), and when it ends with another code.
    pub fn run_to(&self, code: i32, arguments: &[&str]) -> Result<Ran> {
        let ran = self.run(arguments)?;
        ensure!(ran.code == Some(code), "{arguments:?} ended with {:?}:\n{}", ran.code, ran.stderr);
        Ok(ran)
    }

    /// The organization.
    #[must_use]
    pub fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// Where it listens.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// What it holds.
    #[must_use]
    pub fn truth(&self) -> &Truth {
        self.simulator.truth()
    }

    /// How many requests for this operation have ended.
    #[must_use]
    pub fn calls(&self, service: &str, operation: &str) -> u64 {
        let calls = self.simulator.calls();
        calls.get(&(service.to_owned(), operation.to_owned())).copied().unwrap_or(0)
    }

    /// How many requests of this service have ended.
    #[must_use]
    pub fn calls_of(&self, service: &str) -> u64 {
        let calls = self.simulator.calls();
        calls.iter().filter(|((of, _), _)| of == service).map(|(_, count)| count).sum()
    }

    /// The requests for this operation that have ended, in order of arrival.
    #[must_use]
    pub fn requests(&self, operation: &str) -> Vec<Request> {
        self.simulator.log().into_iter().filter(|request| request.operation == operation).collect()
    }

    /// How many times the role of this account was asked for.
    #[must_use]
    pub fn entries(&self, account: &str) -> usize {
        let place = format!(":{account}:");
        let asked = self.requests("AssumeRole");
        asked.iter().filter(|r| r.role_arn.as_deref().is_some_and(|arn| arn.contains(&place))).count()
    }

    /// The folder the binary runs in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A file in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// What a file in it holds.
    ///
    /// # Errors
    ///
    /// It is not there, or not UTF-8.
    pub fn file(&self, name: &str) -> Result<String> {
        std::fs::read_to_string(self.path(name)).with_context(|| format!("{name} cannot be read"))
    }

    /// The rows in `rows.ndjson`.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a line is not a row.
    pub fn rows(&self) -> Result<Rows> {
        Rows::read(&self.file("rows.ndjson")?)
    }

    /// The rows of `call` in `rows.ndjson`.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a line is no such row.
    pub fn answers(&self) -> Result<Answers> {
        Answers::read(&self.file("rows.ndjson")?)
    }

    /// What `summary.json` says.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not a summary, or does not add up.
    pub fn summary(&self) -> Result<Summary> {
        Summary::read(&self.file("summary.json")?)
    }
}
