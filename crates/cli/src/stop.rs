use std::fmt;
use std::process::ExitCode;

use orgwide_session::Failure;

use crate::exit::Exit;
use crate::printer;

/// Why a command could not go on: what happened, what to do next, and how the process ends.
#[derive(Debug)]
pub(crate) struct Stop {
    exit: Exit,
    message: String,
    next_step: Option<String>,
}

/// What happened.
impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Stop {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), next_step: None }
    }

    pub(crate) fn usage(message: impl ToString) -> Self {
        Self::new(Exit::Usage, message.to_string())
    }

    pub(crate) fn nothing_started(failure: &Failure) -> Self {
        Self::new(Exit::NothingStarted, failure.to_string()).next_step(failure.next_step())
    }

    /// Whether the command got nowhere, so that it should leave no trace.
    pub(crate) fn nothing_began(&self) -> bool {
        matches!(self.exit, Exit::Usage | Exit::NothingStarted)
    }

    /// The same, with what it is about before it.
    pub(crate) fn about(mut self, what: &str) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    pub(crate) fn next_step(mut self, step: impl Into<String>) -> Self {
        self.next_step = Some(step.into());
        self
    }

    pub(crate) fn report(&self) -> ExitCode {
        // Who left does not read the reason either.
        if self.exit != Exit::ReaderLeft {
            printer::complain(&self.message, self.next_step.as_deref());
        }
        self.exit.into()
    }
}
