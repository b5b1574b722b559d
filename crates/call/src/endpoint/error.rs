/// Why a request has no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// The service's rules refuse what was asked, in their words.
    #[error("{message}")]
    Refused {
        /// Such as `Invalid Configuration: Missing Region`.
        message: String,
    },
    /// A parameter that the rules need is not set.
    #[error("the endpoint depends on {name}, which is not set")]
    Missing {
        /// Its name in the rules.
        name: String,
    },
    /// A parameter has a value of another kind.
    #[error("the endpoint depends on {name}, which has to be {expected}")]
    Kind {
        /// Its name in the rules.
        name: String,
        /// What it has to be.
        expected: &'static str,
    },
    /// No rule applies.
    #[error("the service's rules have no endpoint for this")]
    NoRule,
    /// What the rules gave cannot be requested.
    #[error("the endpoint would be {url:?}, which is not a URL")]
    NotAUrl {
        /// What they gave.
        url: String,
    },
    /// The rules make no sense.
    #[error("the service's endpoint rules are broken: {problem}")]
    Broken {
        /// In which way.
        problem: String,
    },
}
