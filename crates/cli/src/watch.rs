use std::collections::HashSet;
use std::sync::Arc;

use orgwide_fanout::{Control, Failure as JobEnd, Outcome};
use orgwide_names::AccountId;
use orgwide_session::{Class, Denial, Failure};
use parking_lot::Mutex;

use crate::failures::Ended;
use crate::job::JobFailure;

/// Accounts that all have to find the caller itself at fault before the run is given up.
const HUB_AT_FAULT: usize = 5;

/// Notices failures that are not the accounts' but the caller's own, and stops the run for them.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    control: Control,
    /// The caller's own account: calls in it are signed with the caller's own credentials.
    own: Option<AccountId>,
    credentials_lost: Arc<Mutex<Option<Failure>>>,
}

/// What the caller is refused in account after account.
#[derive(Debug)]
pub(crate) struct HubWatch {
    control: Control,
    /// The caller's own account, which proves nothing: no role is needed there.
    own: Option<AccountId>,
    /// Whether a role could be assumed.
    entered: bool,
    refused: HashSet<AccountId>,
    pub(crate) at_fault: Option<Failure>,
}

impl Watch {
    pub(crate) fn new(control: Control, own: Option<AccountId>) -> Self {
        Self { control, own, credentials_lost: Arc::default() }
    }

    /// Whether this failure says that the caller's own credentials ended. Then the run drains: the target has not
    /// failed, it is left for later.
    pub(crate) fn lost_credentials(&self, failure: &Failure) -> bool {
        let signed_by_caller =
            || failure.role().is_none() && self.own.is_some() && failure.call().account == self.own;
        let lost = matches!(failure.class(), Class::Expired | Class::NoCredentials)
            && (failure.is_of_callers_own() || signed_by_caller());
        if lost {
            self.credentials_lost.lock().get_or_insert_with(|| failure.clone());
            self.control.drain();
        }
        lost
    }

    /// Why the caller's own credentials are gone, if they are.
    pub(crate) fn credentials_lost(&self) -> Option<Failure> {
        self.credentials_lost.lock().clone()
    }
}

impl HubWatch {
    pub(crate) fn new(control: Control, own: Option<AccountId>) -> Self {
        Self { control, own, entered: false, refused: HashSet::new(), at_fault: None }
    }

    /// Looks at how a target ended, and gives the run up when it is clear that no account can be entered.
    pub(crate) fn look_at(&mut self, ended: &Ended) {
        let failure = match &ended.outcome {
            Outcome::Completed(_) => {
                self.entered |= Some(ended.target.account.id) != self.own;
                return;
            }
            Outcome::Denied(JobFailure::Aws(failure) | JobFailure::Lost(failure))
            | Outcome::Failed(JobEnd::Error(JobFailure::Aws(failure) | JobFailure::Lost(failure))) => failure,
            _ => return,
        };
        if matches!(failure.class(), Class::Denied(Denial::CallerMayNotAssume)) && !self.entered {
            self.refused.insert(ended.target.account.id);
            if self.refused.len() >= HUB_AT_FAULT {
                self.at_fault.get_or_insert_with(|| failure.clone());
                self.control.abort();
            }
        }
    }
}
