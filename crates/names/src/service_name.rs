use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::service_table::SERVICES;

/// The name of an AWS service, spelled as the AWS CLI does: `ec2`, `elbv2`, `resource-explorer-2`.
///
/// AWS spells one service in several ways: the SDKs say `Elastic Load Balancing v2`, the CLI `elbv2`,
/// IAM policies `elasticloadbalancing`. Parsing takes any of them. Cloning shares the text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceName(Arc<str>);

/// The text was not a service name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a service name: write it as the AWS CLI does, such as `ec2` or `s3`")]
pub struct ParseServiceNameError {
    text: String,
}

impl ServiceName {
    /// The name as the AWS CLI writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name under which IAM policies know the service, such as `elasticloadbalancing`.
    #[must_use]
    pub fn iam_prefix(&self) -> &str {
        SERVICES.iter().find(|row| row.cli == &*self.0).map_or(&self.0, |row| row.iam)
    }
}

impl FromStr for ServiceName {
    type Err = ParseServiceNameError;

    /// Takes any spelling in the table; another name is taken as it is, in lower case with hyphens for
    /// spaces, which is how the CLI forms its names from the SDKs'.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |spelling: &str| text.eq_ignore_ascii_case(spelling);
        // The CLI's spelling goes first: IAM's prefixes are shared by several services.
        let row = SERVICES
            .iter()
            .find(|row| named(row.cli))
            .or_else(|| SERVICES.iter().find(|row| named(row.sdk) || named(row.iam)));
        if let Some(row) = row {
            return Ok(Self(row.cli.into()));
        }
        let name = text.to_ascii_lowercase().replace(' ', "-");
        let legal = (1..=64).contains(&name.len())
            && name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if legal {
            Ok(Self(name.into()))
        } else {
            Err(ParseServiceNameError { text: text.escape_debug().take(64).collect() })
        }
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_service_is_one_name() {
        for (text, name) in [
            ("EC2", "ec2"),
            ("Elastic Load Balancing v2", "elbv2"),
            ("elbv2", "elbv2"),
            ("elasticloadbalancing", "elb"),
            ("Resource Explorer 2", "resource-explorer-2"),
            ("Some New Service", "some-new-service"),
        ] {
            assert_eq!(text.parse::<ServiceName>().unwrap().as_str(), name, "{text}");
        }
    }

    #[test]
    fn patterns_and_punctuation_are_refused() {
        for bad in ["", "ec2:", "ec2*", "é", "a/b"] {
            assert!(bad.parse::<ServiceName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn no_two_rows_share_the_name_they_are_known_by() {
        let mut names: Vec<_> = SERVICES.iter().map(|row| row.cli).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SERVICES.len());
    }
}
