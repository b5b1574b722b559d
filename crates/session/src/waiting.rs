use std::any::Any;
use std::fmt;
use std::sync::Arc;

use orgwide_limit::{Key, Payer};
use orgwide_names::{AccountId, RegionName};

/// Told when a call begins to wait for something other than its own answer: for its rate, or for
/// credentials that are being fetched.
///
/// Whoever measures how long a job works hands one in; it returns a guard, and the wait ends when that
/// guard is dropped. The default does nothing.
///
/// ```
/// use orgwide_session::{OnWait, WaitReason};
///
/// let on_wait = OnWait::new(|wait| {
///     let what = match wait.reason {
///         WaitReason::Credentials => "credentials from",
///         _ => "the rate of",
///     };
///     println!("waiting for {what} {}:{}", wait.service, wait.operation);
///     None::<()>
/// });
/// # let _ = on_wait;
/// ```
#[derive(Clone, Default)]
pub struct OnWait(Option<Arc<Begin>>);

type Begin = dyn Fn(&Wait<'_>) -> Guard + Send + Sync;

/// Ends the wait it stands for when it is dropped.
type Guard = Option<Box<dyn Any + Send>>;

/// What a call waits for. All of it is borrowed: who keeps nothing pays nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait<'a> {
    /// The service of the call that is waited for, as limits spell it; `base` for base credentials, which are no
    /// call to AWS.
    pub service: &'a str,
    /// The operation of that call: the one that waits for its rate, or the one that fetches credentials, such as
    /// `AssumeRole`.
    pub operation: &'a str,
    /// Who pays for that call; none for the base, which need not know its own account.
    pub account: Option<AccountId>,
    /// The region that call is sent to; none for services without regions.
    pub region: Option<&'a RegionName>,
    /// Why it waits.
    pub reason: WaitReason,
}

/// Why a call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// Its limit does not let it pass yet: a rate, or the number of calls in flight.
    Rate,
    /// The credentials for it are being fetched.
    Credentials,
}

impl<'a> Wait<'a> {
    /// A call that waits for its own rate.
    pub(crate) fn for_rate(key: &'a Key) -> Self {
        Self {
            service: key.service.as_str(),
            operation: key.operation.as_str(),
            account: known(key.account),
            region: Some(&key.region).filter(|region| !region.is_global()),
            reason: WaitReason::Rate,
        }
    }

    /// A call that waits for the answer to another, which brings its credentials.
    pub(crate) fn for_credentials(
        service: &'a str,
        operation: &'a str,
        payer: Payer,
        region: Option<&'a RegionName>,
    ) -> Self {
        Self { service, operation, account: known(payer), region, reason: WaitReason::Credentials }
    }
}

fn known(payer: Payer) -> Option<AccountId> {
    match payer {
        Payer::Account(account) => Some(account),
        Payer::Base => None,
    }
}

impl OnWait {
    /// Calls `begin` at the start of each wait, in the task that waits, and drops what it returned at the
    /// end.
    pub fn new<G: Send + 'static>(begin: impl Fn(&Wait<'_>) -> Option<G> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(move |wait: &Wait<'_>| {
            begin(wait).map(|guard| Box::new(guard) as Box<dyn Any + Send>)
        })))
    }

    pub(crate) fn begin(&self, wait: &Wait<'_>) -> Guard {
        self.0.as_ref().and_then(|begin| begin(wait))
    }
}

impl fmt::Debug for OnWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "OnWait(set)" } else { "OnWait(none)" })
    }
}
