use std::io::Read;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

/// No run of the binary takes longer in any test.
const LONGEST: Duration = Duration::from_secs(60);
/// Between two looks at something that is waited for.
const GLANCE: Duration = Duration::from_millis(2);

/// What the binary said and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
    /// From its start to its end.
    pub took: Duration,
}

/// The binary while it runs. It is killed when this is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stdout: Option<Listener>,
    stderr: Option<Listener>,
    started: Instant,
}

impl Running {
    pub(crate) fn new(mut child: Child) -> Self {
        let stdout = child.stdout.take().map(Listener::to);
        let stderr = child.stderr.take().map(Listener::to);
        Self { child, stdout, stderr, started: Instant::now() }
    }

    /// Waits until `condition` holds.
    ///
    /// # Errors
    ///
    /// It does not within a minute, or the binary ends first.
    pub fn wait_until(&mut self, what: &str, condition: impl Fn(&Self) -> bool) -> Result<()> {
        while !condition(self) {
            if let Some(status) = self.child.try_wait()? {
                bail!("ended with {status} before this: {what}\n{}", self.stderr_so_far());
            }
            ensure!(self.started.elapsed() < LONGEST, "waited in vain: {what}\n{}", self.stderr_so_far());
            std::thread::sleep(GLANCE);
        }
        Ok(())
    }

    /// Waits while `condition` holds and the binary runs.
    ///
    /// # Errors
    ///
    /// The system does not tell whether it runs.
    pub fn wait_while(&mut self, condition: impl Fn() -> bool) -> Result<()> {
        while condition() && self.child.try_wait()?.is_none() {
            std::thread::sleep(GLANCE);
        }
        Ok(())
    }

    /// What it has written to stdout so far.
    #[must_use]
    pub fn stdout_so_far(&self) -> String {
        self.stdout.as_ref().map(Listener::so_far).unwrap_or_default()
    }

    /// What it has written to stderr so far.
    #[must_use]
    pub fn stderr_so_far(&self) -> String {
        self.stderr.as_ref().map(Listener::so_far).unwrap_or_default()
    }

    /// Sends it a signal, such as `INT`.
    ///
    /// # Errors
    ///
    /// It has ended, or the system has no `kill`.
    pub fn signal(&mut self, name: &str) -> Result<()> {
        ensure!(self.child.try_wait()?.is_none(), "ended before SIG{name}:\n{}", self.stderr_so_far());
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        ensure!(sent.context("cannot run `kill`")?.success(), "SIG{name} could not be sent");
        Ok(())
    }

    /// Waits for its end and gathers what it said.
    ///
    /// # Errors
    ///
    /// It goes on for more than a minute, or wrote something that is not UTF-8.
    pub fn end(mut self) -> Result<Ran> {
        let status = self.exit()?;
        let took = self.started.elapsed();
        let [stdout, stderr] = [self.stdout.take(), self.stderr.take()].map(|listener| match listener {
            Some(listener) => String::from_utf8(listener.all()).context("a stream is not UTF-8"),
            None => Ok(String::new()),
        });
        Ok(Ran { code: status.code(), stdout: stdout?, stderr: stderr?, took })
    }

    fn exit(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            ensure!(self.started.elapsed() < LONGEST, "no end within a minute:\n{}", self.stderr_so_far());
            std::thread::sleep(GLANCE);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Reads a stream to its end, in a thread of its own.
#[derive(Debug)]
struct Listener {
    heard: Arc<Mutex<Vec<u8>>>,
    thread: JoinHandle<()>,
}

impl Listener {
    fn to(mut stream: impl Read + Send + 'static) -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let writing = heard.clone();
        let thread = std::thread::spawn(move || {
            let mut some = [0; 16 * 1024];
            while let Ok(length @ 1..) = stream.read(&mut some) {
                lock(&writing).extend_from_slice(&some[..length]);
            }
        });
        Self { heard, thread }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&lock(&self.heard)).into_owned()
    }

    fn all(self) -> Vec<u8> {
        // It panics only when memory is out, and then what it heard so far is looked at.
        self.thread.join().ok();
        std::mem::take(&mut lock(&self.heard))
    }
}

fn lock(heard: &Mutex<Vec<u8>>) -> std::sync::MutexGuard<'_, Vec<u8>> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}
