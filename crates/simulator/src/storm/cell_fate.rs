use std::time::Duration;

use super::cell::Cell;
use super::{Assumptions, weighted};
use crate::denial::PolicyKind;
use crate::{Answer, Denial, Expected, Fault};

/// What happens to the calls of one account in one region.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CellFate {
    /// Nothing.
    Spared,
    /// After so many right answers there are so many of these, then right ones again.
    Passing { right: usize, times: u32, answer: Answer },
    /// After so many right answers there are only these.
    Lasting { right: usize, answer: Answer, ends: Ends },
    /// A policy of this kind forbids the call.
    Forbidden(PolicyKind),
    /// Every call is answered like this, which does no harm.
    Harmless(Answer),
    /// One answer that is none.
    Garbled(Answer),
}

/// How a target ends that meets what lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    Denied,
    Failed,
    Stuck,
}

#[derive(Clone, Copy)]
enum Kind {
    Spared,
    MendedByCall,
    MendedByTarget,
    Lasting,
    Forbidden,
    Harmless,
    Garbled,
}

const WEIGHTS: [(u32, Kind); 7] = [
    (80, Kind::Spared),
    (50, Kind::MendedByCall),
    (10, Kind::MendedByTarget),
    (18, Kind::Lasting),
    (6, Kind::Forbidden),
    (34, Kind::Harmless),
    (2, Kind::Garbled),
];

const POLICIES: [PolicyKind; 8] = [
    PolicyKind::ServiceControlPolicy,
    PolicyKind::ResourceControlPolicy,
    PolicyKind::PermissionsBoundary,
    PolicyKind::SessionPolicy,
    PolicyKind::VpcEndpointPolicy,
    PolicyKind::ResourcePolicy,
    PolicyKind::IdentityPolicy,
    PolicyKind::IdentityDeny,
];

impl CellFate {
    pub(super) fn draw(rng: &mut fastrand::Rng, cell: &Cell<'_>, assumptions: &Assumptions) -> Self {
        let right = rng.usize(..cell.pages());
        match weighted(rng, &WEIGHTS).unwrap_or(Kind::Spared) {
            Kind::Spared => Self::Spared,
            Kind::MendedByCall => {
                let answer = passing(rng);
                let times = rng.u32(1..=2);
                Self::Passing { right, times, answer }
            }
            Kind::MendedByTarget => {
                let answers = [Answer::Throttling, Answer::Internal, Answer::Unavailable, Answer::Reset];
                let answer = answers[rng.usize(..answers.len())].clone();
                Self::Passing { right, times: rng.u32(3..=8), answer }
            }
            Kind::Lasting => {
                let (answer, ends) = lasting(rng, assumptions);
                Self::Lasting { right, answer, ends }
            }
            // The policies of an organization do not bind its management account.
            Kind::Forbidden if cell.account.is_management() => Self::Spared,
            Kind::Forbidden => Self::Forbidden(POLICIES[rng.usize(..POLICIES.len())]),
            Kind::Harmless => Self::Harmless(harmless(rng, cell, assumptions)),
            Kind::Garbled => Self::Garbled([Answer::Html, Answer::Drip(PAUSE)][rng.usize(..2)].clone()),
        }
    }

    pub(super) fn fault(&self, cell: &Cell<'_>) -> Option<Fault> {
        let fault = Fault::on("ec2", "DescribeInstances").account(&cell.account.id).region(cell.region);
        let after = |right: usize| std::iter::repeat_n(Answer::Ok, right);
        Some(match self {
            Self::Spared | Self::Forbidden(_) => return None,
            Self::Passing { right, times, answer } => {
                fault.answers(after(*right).chain(std::iter::repeat_n(answer.clone(), *times as usize)))
            }
            // What is wrong with a listing is wrong with all its pages.
            Self::Lasting { answer, .. } if answer.twist().is_some() => {
                fault.answers([answer.clone()]).repeat()
            }
            Self::Lasting { right, answer, .. } => {
                fault.answers(after(*right).chain([answer.clone()])).repeat()
            }
            Self::Harmless(answer) => fault.answers([answer.clone()]).repeat(),
            Self::Garbled(answer) => fault.answers([answer.clone()]),
        })
    }

    pub(super) fn denial(&self, cell: &Cell<'_>) -> Option<Denial> {
        let Self::Forbidden(policy) = self else { return None };
        let denial = Denial::of("ec2", "DescribeInstances").account(&cell.account.id).region(cell.region);
        Some(denial.by(*policy))
    }

    pub(super) fn expected(&self, cell: &Cell<'_>, assumptions: &Assumptions) -> Expected {
        match self {
            Self::Passing { times, answer, .. } => {
                let by_call = *times <= assumptions.mended_by_call();
                let by_target = *times <= assumptions.mended_by_target();
                match answer {
                    _ if by_call => {}
                    Answer::ResetInBody | Answer::CutOff => return Expected::Failed,
                    Answer::Hang if !by_target => return Expected::Stuck,
                    _ if !by_target => return Expected::Failed,
                    _ => {}
                }
                Expected::Rows(cell.rows())
            }
            Self::Lasting { ends, .. } => match ends {
                Ends::Denied => Expected::Denied,
                Ends::Failed => Expected::Failed,
                Ends::Stuck => Expected::Stuck,
            },
            Self::Forbidden(_) => Expected::Denied,
            Self::Harmless(Answer::RepeatedPage) => Expected::Rows(cell.rows_with_last_page_twice()),
            Self::Spared | Self::Harmless(_) => Expected::Rows(cell.rows()),
            Self::Garbled(_) => Expected::Open(cell.rows()),
        }
    }
}

/// Between the bytes of an answer that drips.
const PAUSE: Duration = Duration::from_secs(10);

/// What passes when the same call is made again.
fn passing(rng: &mut fastrand::Rng) -> Answer {
    let with = |value: &str| Answer::ThrottlingWith {
        header: "x-amz-retry-after".to_owned(),
        value: value.to_owned(),
    };
    let answers = [
        Answer::Throttling,
        Answer::ThrottlingAfter(2),
        with("3000"),
        with("1000000000"),
        with("abc"),
        Answer::Internal,
        Answer::Unavailable,
        Answer::Reset,
        Answer::ResetInBody,
        Answer::CutOff,
        Answer::Hang,
    ];
    answers[rng.usize(..answers.len())].clone()
}

/// What no second call helps against.
fn lasting(rng: &mut fastrand::Rng, assumptions: &Assumptions) -> (Answer, Ends) {
    let invalid = Answer::Error {
        status: 400,
        code: "InvalidParameterValue".to_owned(),
        message: "Value ( 0 ) for parameter maxResults is invalid.".to_owned(),
    };
    let choices = [
        (Answer::AccessDenied, Ends::Denied),
        (Answer::Throttling, Ends::Failed),
        (Answer::Internal, Ends::Failed),
        (Answer::Unavailable, Ends::Failed),
        (Answer::Reset, Ends::Failed),
        (Answer::ResetInBody, Ends::Failed),
        (Answer::CutOff, Ends::Failed),
        (Answer::Html, Ends::Failed),
        (Answer::Oversized(1 << 30), Ends::Failed),
        (Answer::Suspended, Ends::Failed),
        (invalid, Ends::Failed),
        (Answer::SameToken, Ends::Failed),
        (Answer::Hang, Ends::Stuck),
        (Answer::Drip(PAUSE), Ends::Stuck),
        (Answer::TokenCycle, Ends::Failed),
    ];
    let count = choices.len() - usize::from(!assumptions.knows_cycles);
    choices[rng.usize(..count)].clone()
}

/// What a reader must cope with.
fn harmless(rng: &mut fastrand::Rng, cell: &Cell<'_>, assumptions: &Assumptions) -> Answer {
    // All pages together are in time, and so is each.
    let most = (assumptions.item_timeout / (4 * cell.pages() as u32 + 4)).min(assumptions.silence / 4);
    let late = Duration::from_millis(rng.u64(..=most.as_millis() as u64));
    let answers = [
        Answer::EmptyPages(rng.u32(1..=12)),
        Answer::EmptyToken,
        Answer::RepeatedPage,
        Answer::Late(late),
        Answer::Oversized(100_000),
    ];
    answers[rng.usize(..answers.len())].clone()
}
