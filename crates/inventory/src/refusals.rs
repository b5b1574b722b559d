use std::sync::atomic::{AtomicU32, Ordering};

use orgwide_session::{Class, Denial, Failure, PolicyKind};

/// An operation that was refused for so many resources of a place, and allowed for none, is not asked there any more:
/// the role lacks it, and thousands of denials more would say the same.
pub(crate) const ENOUGH: u32 = 10;

const ALLOWED: u32 = u32::MAX;

/// How often an operation was refused in a place before it was allowed.
#[derive(Debug, Default)]
pub(crate) struct Refusals(AtomicU32);

impl Refusals {
    pub(crate) fn are_enough(&self) -> bool {
        (ENOUGH..ALLOWED).contains(&self.0.load(Ordering::Relaxed))
    }

    pub(crate) fn allowed(&self) {
        self.0.store(ALLOWED, Ordering::Relaxed);
    }

    /// What a resource's own policy refuses says nothing of others.
    pub(crate) fn failed(&self, failure: &Failure) {
        let counts = match failure.class() {
            Class::Denied(denial) => !is_resources_own(denial),
            _ => return self.allowed(),
        };
        if counts {
            let more = |refused: u32| (refused != ALLOWED).then(|| refused.saturating_add(1));
            let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        }
    }
}

fn is_resources_own(denial: Denial) -> bool {
    denial.policy_kind() == Some(PolicyKind::Resource)
}
