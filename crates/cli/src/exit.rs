use std::process::ExitCode;

/// How the process ends. The numbers are an interface: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Every target completed or was left out by a rule.
    Complete,
    /// The run finished; some targets did not complete.
    Partial,
    /// The command line is wrong.
    Usage,
    /// Nothing could start: no credentials, no access, nothing selected.
    NothingStarted,
    /// Stopped before its end: discovery broke, or the credentials ended.
    Stopped,
    /// Output could not be written.
    Output,
    /// Stopped by SIGINT.
    Interrupted,
    /// Stopped by SIGTERM.
    Terminated,
    /// The reader of stdout left.
    ReaderLeft,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Complete => 0,
            Self::Partial => 1,
            Self::Usage => 2,
            Self::NothingStarted => 3,
            Self::Stopped => 4,
            Self::Output => 5,
            Self::Interrupted => 130,
            Self::ReaderLeft => 141,
            Self::Terminated => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
