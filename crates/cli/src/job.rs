use std::sync::Arc;

use orgwide_account::{Account, Listed};
use orgwide_call::CallError;
use orgwide_fanout::{self as fanout, JobError, SkipReason};
use orgwide_names::{AccountId, RegionName};
use orgwide_regional::{RegionalAccount, enabled_regions};
use orgwide_session::{Class, Failure};
use tokio::sync::OnceCell;

use crate::pages::Pages;
use crate::task::Task;

/// What a run has to do once: one task in one account and region, or an account that is already lost.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) account: Listed,
    /// None where an account as a whole is meant.
    pub(crate) region: Option<RegionName>,
    pub(crate) work: Work,
}

#[derive(Debug, Clone)]
pub(crate) enum Work {
    Do(Entered, Task),
    /// The account could not be entered or its regions not be listed, so that all of it is this one target: what
    /// was tried, and why not.
    Lost(&'static str, Failure),
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
    /// AWS had its part; what came of it could not be used.
    BeyondAws {
        /// What happened.
        message: String,
        /// What to do about it.
        next_step: &'static str,
    },
    /// It was named, and turned out not to be enabled in the account.
    NotEnabled(RegionName),
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
                "run again; if it stays so, tell AWS: the rows so far are whole, the list is not",
            ),
            error => Self::beyond_aws(error.to_string(), "nothing was sent: see `orgwide call --describe`"),
        }
    }
}

impl fanout::Target for Target {
    type Lane = AccountId;

    fn lane(&self) -> AccountId {
        self.account.id
    }
}

impl Target {
    /// What is done, in the words of the reports.
    pub(crate) fn job(&self) -> &str {
        match &self.work {
            Work::Do(_, task) => task.name(),
            Work::Lost(job, _) => job,
            Work::LeftOut => "-",
        }
    }

    /// Does it.
    pub(crate) async fn run(self, rows: Pages) -> Result<(), JobFailure> {
        let (entered, task) = match self.work {
            Work::Do(entered, task) => (entered, task),
            Work::Lost(_, failure) => return Err(JobFailure::Aws(failure)),
            Work::LeftOut => return Ok(()),
        };
        let region = self.region.unwrap_or_else(RegionName::global);
        let here = RegionalAccount::new(entered.account.clone(), region.clone());
        let result = task.run(&here, &rows).await;
        if rows.is_closed() {
            // The rows have not been written: the run is being stopped, and this target with it.
            std::future::pending::<()>().await;
        }
        match result {
            Err(JobFailure::Aws(failure)) if entered.lacks(&region, &failure).await => {
                Err(JobFailure::NotEnabled(region))
            }
            result => result,
        }
    }
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
    fn is_denied(&self) -> bool {
        matches!(self, Self::Aws(failure) if failure.class().is_denied())
    }

    fn skip_reason(&self) -> Option<SkipReason> {
        match self {
            Self::NotEnabled(region) => Some(format!("{region} is not enabled in the account").into()),
            Self::Aws(_) | Self::BeyondAws { .. } => None,
        }
    }
}
