use tokio::sync::oneshot;

use crate::run::End;
use crate::{Outcome, Planned, Row, Target, TargetId, Totals, Unfinished};

/// What a recorder tells its writer. Everything is done in the order it was told in.
pub(crate) enum Message {
    /// What a listing said of an account.
    Account { account_id: String, listed: String },
    /// How a listing ended.
    Discovered { name: String, error: Option<String> },
    /// A target is to be done.
    Plan { target: Target, reply: oneshot::Sender<Planned> },
    /// Rows of an attempt, the first of them being its `first`th.
    Page { attempt: i64, target: TargetId, first: i64, rows: Vec<Row> },
    /// A target ended.
    End { target: TargetId, ended: Box<Told> },
    /// A target is none.
    Withdraw(Target),
    /// Every target is known; the reply is how many were not asked for again.
    PlanComplete { reply: oneshot::Sender<u64> },
    /// The next targets without outcome after this one.
    Unfinished { after: Option<Target>, reply: oneshot::Sender<Vec<Unfinished>> },
    /// Nothing more is done in this sitting.
    Settle { reply: oneshot::Sender<Totals> },
    /// The run ends.
    Finish { end: End, reply: oneshot::Sender<()> },
    /// The run never was.
    Abandon { reply: oneshot::Sender<()> },
}

/// How a target ended, as it is stored.
pub(crate) struct Told {
    pub(crate) outcome: Outcome,
    /// The attempt whose rows count, and how many these are.
    pub(crate) winner: Option<(i64, i64)>,
    pub(crate) attempts: u32,
    pub(crate) kind: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) hop: Option<String>,
    pub(crate) policy: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) hint: Option<String>,
    pub(crate) waiting_ms: u64,
    pub(crate) working_ms: u64,
    pub(crate) retrying_ms: u64,
}

impl Message {
    /// Whether it is done by itself, after everything before it was committed and delivered.
    pub(crate) fn is_last(&self) -> bool {
        matches!(self, Self::Settle { .. } | Self::Finish { .. } | Self::Abandon { .. })
    }

    /// Whether the run goes on with it, so that what it leaves to be done again is to be taken back first.
    pub(crate) fn is_start(&self) -> bool {
        !matches!(self, Self::Account { .. } | Self::Discovered { .. } | Self::Abandon { .. })
    }

    /// About how much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        let held = match self {
            Self::Page { rows, .. } => rows.iter().map(|row| row.json.len() + row.key.len() + 64).sum(),
            Self::Account { listed, .. } => listed.len(),
            _ => 0,
        };
        held + 512
    }
}
