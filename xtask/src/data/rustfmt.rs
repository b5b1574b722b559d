//! Generated text as rustfmt leaves it, so that `cargo fmt --check` has nothing to say about it.

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};

use crate::cargo::command;

/// The text, formatted by the rules of this repository.
pub(crate) fn rustfmt(text: &str) -> Result<String> {
    let mut child = command("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start rustfmt; `rustup component add rustfmt` brings it")?;
    // rustfmt reads all before it writes any, so this cannot block for good.
    child.stdin.take().context("rustfmt's stdin")?.write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("rustfmt refused the table: {}", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}
