use crate::problem::quoted;

/// A type was asked for that cannot be collected; the text says why, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` cannot be collected: {why}")]
pub struct TypeError {
    text: String,
    why: String,
}

impl TypeError {
    pub(crate) fn new(text: &str, why: &str) -> Self {
        Self { text: quoted(text), why: why.to_owned() }
    }
}
