//! The only writer to stderr, and to stdout apart from rows.
#![allow(clippy::print_stderr)]

use std::io::{self, Write};

use crate::escape::for_terminal;

/// Tells what went wrong, and what to do next.
pub(crate) fn complain(message: &str, next_step: Option<&str>) {
    eprintln!("error: {}", for_terminal(message));
    if let Some(step) = next_step {
        eprintln!("  next: {}", for_terminal(step));
    }
}

/// Tells something that is no error.
pub(crate) fn note(message: &str) {
    eprintln!("{}", for_terminal(message));
}

/// Prints a block whose parts from outside have been made safe already.
pub(crate) fn block(text: &str) {
    eprintln!("{text}");
}

/// Writes to stdout as it is; the error says if the reader left.
pub(crate) fn data(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}
