use std::time::Duration;

use super::{Assumptions, LATENCY, weighted};
use crate::{Answer, Expected, Fault};

/// What happens to an account as a whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AccountFate {
    /// Nothing; its regions have fates of their own.
    Spared,
    /// It is suspended, and known to be.
    Left,
    /// Its role lets nobody in.
    Denied,
    /// AssumeRole fails so many times first; its regions have fates of their own.
    AssumedAfter(u32, Answer),
    /// AssumeRole never answers.
    BlackHole,
    /// Every answer takes a hundred times as long.
    Slow,
    /// The session ends before this call of EC2.
    ExpiredAt(usize),
    /// Every session has ended when it begins.
    AlwaysExpired,
    /// So many in a hundred of the calls of EC2 are answered like this for a time.
    Squall { percent: u8, seed: u64, until: Duration, answer: Answer },
    /// The role can be assumed from this time on.
    TrustedAfter(Duration),
    /// It is suspended from this time on.
    SuspendedAfter(Duration),
}

#[derive(Clone, Copy)]
enum Kind {
    Spared,
    Denied,
    AssumedAfter,
    BlackHole,
    Slow,
    ExpiredAt,
    AlwaysExpired,
    Squall,
    TrustedAfter,
    SuspendedAfter,
}

const WEIGHTS: [(u32, Kind); 10] = [
    (140, Kind::Spared),
    (7, Kind::Denied),
    (20, Kind::AssumedAfter),
    (3, Kind::BlackHole),
    (9, Kind::Slow),
    (9, Kind::ExpiredAt),
    (3, Kind::AlwaysExpired),
    (3, Kind::Squall),
    (1, Kind::TrustedAfter),
    (1, Kind::SuspendedAfter),
];

const SLOW: Duration = LATENCY.saturating_mul(99);

impl AccountFate {
    pub(super) fn draw(rng: &mut fastrand::Rng, assumptions: &Assumptions) -> Self {
        match weighted(rng, &WEIGHTS).unwrap_or(Kind::Spared) {
            Kind::Spared => Self::Spared,
            Kind::Denied => Self::Denied,
            Kind::AssumedAfter => match assumptions.mended_by_call() {
                0 => Self::Spared,
                most => {
                    let answers = [Answer::Throttling, Answer::Internal, Answer::Unavailable, Answer::Reset];
                    Self::AssumedAfter(rng.u32(1..=most), answers[rng.usize(..4)].clone())
                }
            },
            Kind::BlackHole => Self::BlackHole,
            Kind::Slow => Self::Slow,
            Kind::ExpiredAt => Self::ExpiredAt(rng.usize(1..6)),
            Kind::AlwaysExpired => Self::AlwaysExpired,
            Kind::Squall => Self::Squall {
                percent: rng.u8(50..=90),
                seed: rng.u64(..),
                until: Duration::from_secs(rng.u64(1..60)),
                answer: [Answer::Throttling, Answer::Internal, Answer::Reset][rng.usize(..3)].clone(),
            },
            Kind::TrustedAfter => Self::TrustedAfter(Duration::from_secs(rng.u64(1..30))),
            Kind::SuspendedAfter => Self::SuspendedAfter(Duration::from_millis(rng.u64(1..500))),
        }
    }

    pub(super) fn faults(&self, account: &str) -> Option<Fault> {
        let on = |service: &str| Fault::on(service, "*").account(account);
        Some(match self {
            Self::Spared | Self::Left => return None,
            Self::Denied => on("sts").answers([Answer::AccessDenied]).repeat(),
            Self::AssumedAfter(times, answer) => {
                on("sts").answers(std::iter::repeat_n(answer.clone(), *times as usize))
            }
            Self::BlackHole => on("sts").answers([Answer::Hang]).repeat(),
            Self::Slow => on("*").answers([Answer::Late(SLOW)]).repeat(),
            Self::ExpiredAt(call) => {
                on("ec2").answers(std::iter::repeat_n(Answer::Ok, call - 1).chain([Answer::Expired]))
            }
            Self::AlwaysExpired => on("ec2").answers([Answer::Expired]).repeat(),
            Self::Squall { percent, seed, until, answer } => {
                on("ec2").some(*percent, *seed).until(*until).answers([answer.clone()]).repeat()
            }
            Self::TrustedAfter(time) => on("sts").until(*time).answers([Answer::AccessDenied]).repeat(),
            Self::SuspendedAfter(time) => on("*").since(*time).answers([Answer::Suspended]).repeat(),
        })
    }

    /// What must come of each of its regions; nothing where that is decided for each by itself.
    pub(super) fn expected(
        &self,
        rows: impl FnOnce() -> Vec<String>,
        assumptions: &Assumptions,
    ) -> Option<Expected> {
        match self {
            Self::Spared | Self::AssumedAfter(..) => None,
            Self::Left => Some(Expected::Skipped),
            Self::Denied => Some(Expected::Denied),
            Self::BlackHole => Some(Expected::Stuck),
            Self::Slow => Some(Expected::Rows(rows())),
            Self::ExpiredAt(_) if assumptions.renewals > 0 => Some(Expected::Rows(rows())),
            // Which of its regions meets the end is a matter of their order.
            Self::ExpiredAt(_) => Some(Expected::Open(rows())),
            Self::AlwaysExpired => Some(Expected::Failed),
            Self::Squall { .. } | Self::TrustedAfter(_) | Self::SuspendedAfter(_) => {
                Some(Expected::Open(rows()))
            }
        }
    }
}
