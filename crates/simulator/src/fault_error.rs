use thiserror::Error;

/// Why a [`Fault`](crate::Fault) could never do anything sensible.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the fault on {service}:{operation} {problem}")]
#[non_exhaustive]
pub struct FaultError {
    /// The services it is for.
    pub service: String,
    /// The operations it is for.
    pub operation: String,
    /// What is wrong with it.
    pub problem: FaultProblem,
}

/// What is wrong with a [`Fault`](crate::Fault).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FaultProblem {
    /// It has no answers.
    #[error("has no answers")]
    NoAnswers,
    /// It picks more calls than there are, or none.
    #[error("meets {0} % of the calls, which is not from 1 to 100")]
    Percent(u8),
    /// It is over before it begins.
    #[error("begins when it ends or later")]
    NoTime,
    /// One of its answers has a status that no answer can have.
    #[error("answers with status {0}, which is not from 200 to 599")]
    Status(u16),
    /// One of its answers has a header of this name, and HTTP forbids the name or the value.
    #[error("answers with the header `{0}`, whose name or value HTTP forbids")]
    Header(String),
    /// One of its answers has more empty pages than anybody would count.
    #[error("answers with {0} empty pages, which is more than 1000000")]
    Pages(u32),
}
