use std::fmt;

use crate::problem::quoted;
use crate::reader::Objection;

/// At how many failures a run is stopped: when there are more than this.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxFailures {
    /// So many targets.
    Count(u64),
    /// Such a share of those that ended, in percent: 0 to 100.
    Percent(f64),
}

impl fmt::Display for MaxFailures {
    /// As it is written: `20`, `2.5%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(targets) => write!(f, "{targets}"),
            Self::Percent(share) => write!(f, "{share}%"),
        }
    }
}

/// Reads `20` or `2.5%`.
pub(crate) fn parse(text: &str) -> Result<MaxFailures, Objection> {
    let (number, is_share) = text.strip_suffix('%').map_or((text, false), |share| (share, true));
    // Only digits: `parse` would also take `inf`, `1e1` and signs.
    let digits = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let read = match (digits, is_share) {
        (true, false) => number.parse().ok().map(MaxFailures::Count),
        (true, true) => {
            number.parse().ok().filter(|share| (0.0..=100.0).contains(share)).map(MaxFailures::Percent)
        }
        (false, _) => None,
    };
    read.ok_or_else(|| Objection {
        message: format!("`{}` is not a number of failures", quoted(text)),
        hint: Some("write a whole number such as `20`, or a share from 0% to 100% such as `2%`".to_owned()),
    })
}
