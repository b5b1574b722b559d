//! Child processes: cargo and others, started from the workspace's root with a clean environment.

use std::ffi::OsString;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::workspace;

/// The cargo that runs this task, so that every child uses the same toolchain.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}

/// What every build, test and check of the workspace turns on, the same everywhere: with other features cargo compiles
/// what they reach again.
pub(crate) const FEATURES: [&str; 2] = ["--features", "orgwide/parquet"];

/// A command at the workspace's root, without the caller's AWS settings.
///
/// No task may reach a real account because a profile happens to be set.
pub(crate) fn command(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    command.current_dir(workspace::root());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs it with the terminal's own output; an exit code other than 0 is an error that names the command.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    println!("$ {shown}");
    let status = command.status().with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Runs it and returns what it printed on stdout; its stderr goes into the error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim_end());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed something that is not UTF-8"))
}

/// Like [`output`], for a program that may hang: after this long it is ended, which is an error. Its stderr is the
/// terminal's.
pub(crate) fn output_within(limit: Duration, command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let mut stdout = child.stdout.take();
    let reader = thread::spawn(move || {
        let mut text = String::new();
        stdout.as_mut().map_or(Ok(0), |stdout| stdout.read_to_string(&mut text)).map(|_| text)
    });
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begun.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("`{shown}` did not end within {} s", limit.as_secs());
        }
        thread::sleep(Duration::from_millis(10));
    };
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    match reader.join() {
        Ok(text) => text.with_context(|| format!("cannot read what `{shown}` printed")),
        Err(_) => bail!("cannot read what `{shown}` printed"),
    }
}

/// The command as one would type it, with the program's folder left out.
fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_fails_is_named_in_the_error() {
        let error = output(command("git").args(["no-such-subcommand"])).unwrap_err().to_string();
        assert!(error.starts_with("`git no-such-subcommand` failed"), "{error}");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let begun = Instant::now();
        let endless = output_within(Duration::from_millis(50), command("sleep").arg("600"));
        assert_eq!(endless.unwrap_err().to_string(), "`sleep 600` did not end within 0 s");
        assert!(begun.elapsed() < Duration::from_secs(60));
        let brief = output_within(Duration::from_secs(60), command("echo").arg("well"));
        assert_eq!(brief.unwrap(), "well\n");
        assert!(output_within(Duration::from_secs(60), &mut command("false")).is_err());
    }

    #[test]
    fn a_program_that_is_missing_is_named_in_the_error() {
        let error = run(&mut command("no-such-program-here")).unwrap_err().to_string();
        assert_eq!(error, "cannot start `no-such-program-here`");
    }
}
