use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

/// The Python that has botocore and moto, to run a script of this package's folder; none, and a word about it, when
/// the tests were started without one.
#[allow(clippy::print_stderr, reason = "a test that checks nothing must say so")]
#[must_use]
pub fn python(script: &str) -> Option<Command> {
    let Some(python) = std::env::var_os("ORGWIDE_PYTHON") else {
        eprintln!("not run: there is no Python with botocore; `cargo xtask test` makes one");
        return None;
    };
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(script));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("AWS_") || name.starts_with("PYTHON")) {
            command.env_remove(name);
        }
    }
    for name in ["no_proxy", "NO_PROXY"] {
        command.env(name, "127.0.0.1");
    }
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    Some(command)
}

/// A script that listens on loopback for as long as this is there.
#[derive(Debug)]
pub struct Listener {
    script: Child,
    address: SocketAddr,
}

impl Listener {
    /// Starts it and waits for its first line, which is its address. It ends with its stdin.
    ///
    /// # Errors
    ///
    /// It cannot be started, or says something else.
    pub fn start(mut command: Command) -> Result<Self> {
        let mut script = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = script.stdout.take().context("the script's stdout")?;
        let mut line = String::new();
        // Nothing comes only if it hangs, and then it is ended with the whole test.
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim_end().parse().with_context(|| format!("the script says {line:?}"))?;
        Ok(Self { script, address })
    }

    /// Where it listens, as a URL.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

/// Runs a script to its end.
///
/// # Errors
///
/// It cannot be started, or fails; what it said is in the error.
pub fn run_script(command: &mut Command) -> Result<()> {
    let output = command.output().context("the script cannot be started")?;
    ensure!(output.status.success(), "the script failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
