use std::fmt;

use crate::Rule;

/// What a call is under, and why.
///
/// It is written as lines: the rule that decides with its origin, a warning if its burst is too small, the
/// ceilings, and the rules that would have decided otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The bucket rule that decides.
    pub bucket: Rule,
    /// The ceilings it is under besides, from the narrowest to the broadest.
    pub ceilings: Vec<Rule>,
    /// The bucket rules that match too and come after it, the next best first.
    pub shadowed: Vec<Rule>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bucket, ceilings, shadowed } = self;
        write!(f, "{bucket}, one bucket per {} ({})", bucket.scope(), bucket.origin())?;
        warn_if_tight(f, bucket)?;
        for ceiling in ceilings {
            write!(f, "\nunder the ceiling {ceiling} ({})", ceiling.origin())?;
            warn_if_tight(f, ceiling)?;
        }
        for rule in shadowed {
            write!(f, "\nnot {rule} ({})", rule.origin())?;
        }
        Ok(())
    }
}

fn warn_if_tight(f: &mut fmt::Formatter<'_>, rule: &Rule) -> fmt::Result {
    match (rule.quota().burst(), rule.quota().full_use_burst()) {
        (Some(burst), Some(needed)) if burst < needed => {
            write!(
                f,
                "\n  the whole rate cannot be used with burst {burst}: timers wake late; burst {needed} would do"
            )
        }
        _ => Ok(()),
    }
}
