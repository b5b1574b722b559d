use std::sync::Arc;

use orgwide_account::{Account, Listed};
use orgwide_call::CallError;
use orgwide_fanout::{self as fanout, JobError, Verdict};
use orgwide_ledger::{Attempt, Recorder, TargetId};
use orgwide_names::{AccountId, RegionName};
use orgwide_regional::{RegionalAccount, enabled_regions};
use orgwide_session::{Class, Failure};
use tokio::sync::OnceCell;

use crate::gaps::Gaps;
use crate::task::Task;
use crate::watch::Watch;

/// What a run has to do once: one task in one account and region, or an account that is already lost.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// What the ledger knows it by.
    pub(crate) id: TargetId,
    pub(crate) account: Listed,
    /// None where an account as a whole is meant.
    pub(crate) region: Option<RegionName>,
    pub(crate) work: Work,
}

#[derive(Debug, Clone)]
pub(crate) enum Work {
    Do(Entered, Task),
    /// The account could not be entered or its regions not be listed, so that all of it is this one target.
    Lost(Failure),
    /// A rule leaves the account out.
    LeftOut,
}

/// An account as the targets in it share it.
#[derive(Debug, Clone)]
pub(crate) struct Entered {
    pub(crate) account: Account,
    /// Asked for once, and only if a named region seems not to be enabled.
    enabled: Arc<OnceCell<Vec<RegionName>>>,
}

/// Why a target did not complete.
#[derive(Debug, Clone)]
pub(crate) enum JobFailure {
    Aws(Failure),
    /// What was tried before its job, once for the whole account, failed: trying the job again changes nothing.
    Lost(Failure),
    /// It is not the target's doing: the caller's own credentials ended.
    CredentialsLost,
    /// AWS had its part; what came of it could not be used.
    BeyondAws {
        /// What happened.
        message: String,
        /// What to do about it.
        next_step: &'static str,
    },
    /// It was named, and turned out not to be enabled in the account.
    NotEnabled(RegionName),
    /// What was to be collected is not there at all, and why.
    Absent(String),
    /// What it gave could not be recorded: the run is being stopped, and this target with it.
    Unrecorded,
}

impl JobFailure {
    pub(crate) fn beyond_aws(message: impl Into<String>, next_step: &'static str) -> Self {
        Self::BeyondAws { message: message.into(), next_step }
    }
}

impl From<Failure> for JobFailure {
    fn from(failure: Failure) -> Self {
        Self::Aws(failure)
    }
}

impl From<CallError> for JobFailure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Failed(failure) => Self::Aws(failure),
            CallError::RepeatedToken { .. } => Self::beyond_aws(
                error.to_string(),
                "run again; if it stays so, tell AWS: the list would never end",
            ),
            error => Self::beyond_aws(error.to_string(), "nothing was sent: see `orgwide call --describe`"),
        }
    }
}

impl From<serde_json::Error> for JobFailure {
    fn from(error: serde_json::Error) -> Self {
        Self::beyond_aws(format!("the row could not be written: {error}"), "report it, with this line")
    }
}

impl From<orgwide_ledger::Closed> for JobFailure {
    fn from(_: orgwide_ledger::Closed) -> Self {
        Self::Unrecorded
    }
}

impl fanout::Target for Target {
    type Lane = AccountId;

    fn lane(&self) -> AccountId {
        self.account.id
    }
}

impl Target {
    /// Does it, and records what it gives. The attempt that did is the one that counts.
    pub(crate) async fn run(
        self,
        recorder: Recorder,
        watch: Watch,
        gaps: Gaps,
    ) -> Result<Option<Attempt>, JobFailure> {
        let (entered, task) = match self.work {
            Work::Do(entered, task) => (entered, task),
            Work::Lost(failure) if watch.lost_credentials(&failure) => {
                return Err(JobFailure::CredentialsLost);
            }
            Work::Lost(failure) => return Err(JobFailure::Lost(failure)),
            Work::LeftOut => return Ok(None),
        };
        let region = self.region.unwrap_or_else(RegionName::global);
        let here = RegionalAccount::new(entered.account.clone(), region.clone());
        let mut attempt = recorder.attempt(self.id);
        match task.run(&here, &mut attempt, &gaps).await {
            Ok(()) => Ok(Some(attempt)),
            Err(JobFailure::Unrecorded) => std::future::pending().await,
            // Asked first: AWS says it in the words it has for bad credentials.
            Err(JobFailure::Aws(failure)) if entered.lacks(&region, &failure).await => {
                Err(JobFailure::NotEnabled(region))
            }
            Err(JobFailure::Aws(failure)) if watch.lost_credentials(&failure) => {
                Err(JobFailure::CredentialsLost)
            }
            Err(JobFailure::Aws(failure)) if is_answered_absent(&failure) => {
                Err(JobFailure::Absent(format!("{} is not offered in {region}", failure.call().service)))
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Whether AWS itself says that the service is not in the region. A host that no name server knows may be one that is
/// only not known here.
fn is_answered_absent(failure: &Failure) -> bool {
    failure.class() == Class::ServiceAbsent && failure.status().is_some() && failure.role().is_none()
}

impl Entered {
    pub(crate) fn new(account: Account) -> Self {
        Self { account, enabled: Arc::default() }
    }

    /// Whether `failure` comes of the region not being enabled.
    ///
    /// AWS answers with codes that may mean bad credentials just as well, so the account is asked.
    async fn lacks(&self, region: &RegionName, failure: &Failure) -> bool {
        let suspicious = failure.class().may_mean_region_disabled()
            && failure.status().is_some()
            && failure.role().is_none()
            && !region.is_global();
        if !suspicious {
            return false;
        }
        let ask = || async { enabled_regions(&self.account).await.map(|enabled| enabled.regions) };
        match self.enabled.get_or_try_init(ask).await {
            Ok(enabled) => !enabled.contains(region),
            Err(_) => failure.class() == Class::RegionDisabled,
        }
    }
}

impl JobError for JobFailure {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Aws(failure) | Self::Lost(failure) if failure.class().is_denied() => Verdict::Denied,
            Self::Aws(failure) => match failure.retry_after() {
                Some(after) => Verdict::Again { after },
                None => Verdict::Failed,
            },
            Self::Lost(_) | Self::BeyondAws { .. } => Verdict::Failed,
            Self::CredentialsLost | Self::Unrecorded => Verdict::Unfinished,
            Self::NotEnabled(region) => {
                Verdict::Skipped(format!("{region} is not enabled in the account").into())
            }
            Self::Absent(why) => Verdict::Skipped(why.clone().into()),
        }
    }
}
