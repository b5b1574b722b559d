/// A set of endpoint rules that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}{}{problem}", if path.is_empty() { "" } else { ": " })]
pub struct EndpointRulesError {
    /// Where in the document, such as `rules[0].conditions[1].argv[0]`.
    path: String,
    problem: String,
}

impl EndpointRulesError {
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self { path: String::new(), problem: problem.into() }
    }

    /// The same, below a member.
    pub(super) fn in_member(self, member: &str) -> Self {
        self.below(member.escape_debug().take(64).collect())
    }

    /// The same, below an element.
    pub(super) fn in_element(self, index: usize) -> Self {
        self.below(format!("[{index}]"))
    }

    fn below(mut self, mut place: String) -> Self {
        if !self.path.is_empty() && !self.path.starts_with('[') {
            place.push('.');
        }
        self.path.insert_str(0, &place);
        self
    }
}
