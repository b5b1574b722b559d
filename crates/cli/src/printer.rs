//! The only writer to stderr, and to stdout apart from rows.

use std::io::{self, Write};

use crate::escape::for_terminal;

/// Tells what went wrong, and what to do next.
pub(crate) fn complain(message: &str, next_step: Option<&str>) {
    line(&format!("error: {}", for_terminal(message)));
    if let Some(step) = next_step {
        line(&format!("  next: {}", for_terminal(step)));
    }
}

/// Tells something that is no error.
pub(crate) fn note(message: &str) {
    line(&for_terminal(message));
}

/// Prints a block whose parts from outside have been made safe already.
pub(crate) fn block(text: &str) {
    line(text);
}

/// That nobody reads what is told is no reason to stop, and there is nowhere to say it.
fn line(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Writes to stdout as it is; the error says if the reader left.
pub(crate) fn data(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}
