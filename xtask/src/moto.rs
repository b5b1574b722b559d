//! A moto server on loopback, filled with an organization, for as long as the tests run.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::cargo::run;
use crate::venv::Venv;
use crate::workspace::Workspace;

/// How long the server may take to say where it listens. It takes 3 s on an idle machine.
const START: Duration = Duration::from_secs(90);

/// How long it may take to end when asked to.
const STOP: Duration = Duration::from_secs(5);

/// The running server. Dropping it ends it, whatever happened before.
pub(crate) struct Moto {
    server: Child,
    endpoint: String,
    truth: PathBuf,
}

impl Moto {
    /// Starts the server on a port that is free, and writes what it holds to `target/moto/truth.json`.
    pub(crate) fn start(workspace: &Workspace, venv: &Venv) -> Result<Self> {
        let folder = workspace.target_directory.join("moto");
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let log = folder.join("server.log");
        let server = start_server(venv, File::create(&log).context("cannot write the server's log")?)?;
        // From here on the server ends with this value.
        let mut moto = Self { server, endpoint: String::new(), truth: folder.join("truth.json") };
        let stdout = moto.server.stdout.take().context("the server's stdout")?;
        let address =
            address(stdout, START).with_context(|| format!("moto did not start; see {}", log.display()))?;
        moto.endpoint = format!("http://{address}");
        println!("moto listens on {}", moto.endpoint);
        moto.seed(venv)?;
        Ok(moto)
    }

    /// What the tests need to know, set on the command that runs them.
    pub(crate) fn tell<'a>(&self, tests: &'a mut Command) -> &'a mut Command {
        tests.env("ORGWIDE_MOTO_ENDPOINT", &self.endpoint).env("ORGWIDE_MOTO_TRUTH", &self.truth)
    }

    fn seed(&self, venv: &Venv) -> Result<()> {
        let mut seed = python(venv);
        seed.args(["tests/moto/seed.py", "--endpoint", &self.endpoint, "--truth"]).arg(&self.truth);
        run(&mut seed).context("moto is up but could not be filled")
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It ends when its stdin does; that way it also ends when this process is killed.
        drop(self.server.stdin.take());
        let asked = Instant::now();
        while asked.elapsed() < STOP {
            if matches!(self.server.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn start_server(venv: &Venv, log: File) -> Result<Child> {
    python(venv)
        .arg("tests/moto/serve.py")
        // Else every account and region loads 1,300 images: seconds and megabytes for nothing.
        .env("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .context("cannot start moto")
}

/// The environment's Python, which reaches loopback whatever proxy the caller has set.
fn python(venv: &Venv) -> Command {
    let mut python = venv.command();
    for name in ["no_proxy", "NO_PROXY"] {
        python.env(name, "127.0.0.1");
    }
    python
}

/// The address the server prints as its first line.
fn address(stdout: ChildStdout, patience: Duration) -> Result<SocketAddr> {
    let (line_out, line_in) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line).map(|_| line);
        // Nobody listens any more when the patience ended.
        let _ = line_out.send(read);
    });
    match line_in.recv_timeout(patience) {
        Ok(Ok(line)) if line.is_empty() => bail!("it ended without a word"),
        Ok(Ok(line)) => {
            line.trim_end().parse().with_context(|| format!("it said {line:?}, which is no address"))
        }
        Ok(Err(error)) => Err(error).context("its output cannot be read"),
        Err(_) => bail!("it said nothing for {} s", patience.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::command;

    fn says(words: &str) -> Result<SocketAddr> {
        let mut child = command("echo").arg(words).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        child.wait().unwrap();
        address(stdout, Duration::from_secs(20))
    }

    #[test]
    fn the_server_says_where_it_listens() {
        assert_eq!(says("127.0.0.1:4321").unwrap().port(), 4321);
    }

    #[test]
    fn words_that_are_no_address_are_shown() {
        assert!(says("Traceback").unwrap_err().to_string().contains("Traceback"));
    }

    #[test]
    fn a_server_that_is_silent_is_given_up() {
        let mut child = command("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let error = address(child.stdout.take().unwrap(), Duration::ZERO).unwrap_err().to_string();
        drop(child.stdin.take());
        child.wait().unwrap();
        assert_eq!(error, "it said nothing for 0 s");
    }
}
