use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The name of one API operation, as AWS writes it: `DescribeInstances`.
///
/// Cloning shares the text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationName(Arc<str>);

/// The text was not an operation name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an operation name: write it as the API does, such as `DescribeInstances`")]
pub struct ParseOperationNameError {
    text: String,
}

impl OperationName {
    /// The name as the API writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OperationName {
    type Err = ParseOperationNameError;

    /// Takes 1 to 128 ASCII letters, digits and underscores, the first of them a letter.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let legal = text.len() <= 128
            && text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if legal {
            Ok(Self(text.into()))
        } else {
            Err(ParseOperationNameError { text: text.escape_debug().take(64).collect() })
        }
    }
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_names_pass_and_others_do_not() {
        assert!("DescribeInstances".parse::<OperationName>().is_ok());
        for bad in ["", "describe-instances", "1Describe", "Describe*", "Describe Instances"] {
            assert!(bad.parse::<OperationName>().is_err(), "{bad:?}");
        }
    }
}
