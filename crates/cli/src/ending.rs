//! How a run ends: a function of what happened, and of nothing else.

use crate::exit::Exit;

/// What happened in a run, as far as it decides how the process ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Ending {
    /// The first signal, if one came.
    pub(crate) signal: Option<Exit>,
    /// Nobody reads stdout any more.
    pub(crate) reader_left: bool,
    /// The ledger or an output could not be written.
    pub(crate) unwritten: bool,
    /// It was stopped before its end: by the failure budget, the deadline, lost credentials, or a list of accounts
    /// that broke off.
    pub(crate) stopped: bool,
    /// Every target completed or was left out by a rule, and none is missing.
    pub(crate) complete: bool,
}

impl Ending {
    /// 130 and 143 before 141 before 5 before 4 before 1.
    pub(crate) fn exit(self) -> Exit {
        match self {
            Self { signal: Some(exit), .. } => exit,
            Self { reader_left: true, .. } => Exit::ReaderLeft,
            Self { unwritten: true, .. } => Exit::Output,
            Self { stopped: true, .. } => Exit::Stopped,
            Self { complete: true, .. } => Exit::Complete,
            _ => Exit::Partial,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_before_those_it_outranks() {
        for signal in [None, Some(Exit::Interrupted), Some(Exit::Terminated)] {
            for bits in 0..16_u8 {
                let [reader_left, unwritten, stopped, complete] = [1, 2, 4, 8].map(|bit| bits & bit != 0);
                let code = Ending { signal, reader_left, unwritten, stopped, complete }.exit().code();
                // The order of the contract, worked out by looking for the first that applies.
                let applies = [(reader_left, 141), (unwritten, 5), (stopped, 4), (!complete, 1), (true, 0)];
                let expected = match signal {
                    Some(Exit::Interrupted) => 130,
                    Some(_) => 143,
                    None => applies.into_iter().find(|(applies, _)| *applies).unwrap().1,
                };
                assert_eq!(code, expected, "{signal:?} {bits:04b}");
            }
        }
    }
}
