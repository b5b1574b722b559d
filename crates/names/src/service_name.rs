use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use crate::service_data::SERVICES;
use crate::service_table::{self, Service};

/// The name of an AWS service, spelled as the AWS CLI does: `ec2`, `elbv2`, `resource-explorer-2`.
///
/// AWS spells one service in several ways: the SDKs say `Elastic Load Balancing v2`, the CLI `elbv2`,
/// endpoints, signatures and IAM policies `elasticloadbalancing`. Parsing takes any of them for every
/// service of the table this crate brings, in any case, with or without the spaces, hyphens, dots and
/// underscores between words. A spelling of several services means the one that is called so, such as
/// `rds`, which is DocumentDB's prefix, too. See [`FromStr`](#impl-FromStr-for-ServiceName).
///
/// S3 is `s3`, not `s3api`. Cloning allocates nothing.
#[derive(Clone)]
pub struct ServiceName(Name);

#[derive(Clone)]
enum Name {
    Known(&'static Service),
    /// Never a spelling of a known service.
    Other(Arc<str>),
}

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
        match &self.0 {
            Name::Known(service) => service.name,
            Name::Other(name) => name,
        }
    }

    /// The name under which IAM policies know the service, such as `elasticloadbalancing`.
    ///
    /// For a service that is not in the table it is the name itself. Several services may share one.
    #[must_use]
    pub fn iam_prefix(&self) -> &str {
        match &self.0 {
            Name::Known(service) => service.iam_prefix,
            Name::Other(name) => name,
        }
    }

    /// Whether the service is in the table: if not, it is newer than this crate, or there is none.
    #[must_use]
    pub fn is_known(&self) -> bool {
        matches!(self.0, Name::Known(_))
    }

    /// Every service of the table, sorted by name.
    pub fn known() -> impl ExactSizeIterator<Item = Self> {
        SERVICES.iter().map(|service| Self(Name::Known(service)))
    }

    /// The known service that was probably meant by a misspelled name, if there is one: `ec2` for `ecc`.
    ///
    /// All spellings are compared; the answer is the name. A prefix that parsing leaves alone because it
    /// belongs to several services, such as `lex`, gives the first of them. Takes about half a millisecond.
    ///
    /// ```
    /// use orgwide_names::ServiceName;
    ///
    /// assert_eq!(ServiceName::nearest("organisations"), Some("organizations"));
    /// assert_eq!(ServiceName::nearest("quux"), None);
    /// ```
    #[must_use]
    pub fn nearest(text: &str) -> Option<&'static str> {
        service_table::nearest(text).map(|service| service.name)
    }
}

impl FromStr for ServiceName {
    type Err = ParseServiceNameError;

    /// Takes any spelling in the table. Another name is taken as it is, in lower case with hyphens for
    /// spaces, which is how the CLI forms most of its names from the SDKs': services appear faster than
    /// releases of this crate. [`is_known`](Self::is_known) tells.
    ///
    /// # Errors
    /// When the text is not a known spelling and has other characters than ASCII letters, digits,
    /// hyphens and spaces, or does not begin with a letter or digit, or is longer than 64 bytes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(service) = service_table::find(text) {
            return Ok(Self(Name::Known(service)));
        }
        let name = text.to_ascii_lowercase().replace(' ', "-");
        let legal = (1..=64).contains(&name.len())
            && name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if legal {
            Ok(Self(Name::Other(name.into())))
        } else {
            Err(ParseServiceNameError { text: text.escape_debug().take(64).collect() })
        }
    }
}

impl PartialEq for ServiceName {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            // No two rows share a name.
            (Name::Known(a), Name::Known(b)) => std::ptr::eq(*a, *b),
            (Name::Other(a), Name::Other(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for ServiceName {}

impl Hash for ServiceName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for ServiceName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ServiceName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ServiceName {
        text.parse().unwrap()
    }

    #[test]
    fn every_spelling_of_a_service_is_one_name() {
        for (text, expected) in [
            ("EC2", "ec2"),
            ("Elastic Load Balancing v2", "elbv2"),
            ("elbv2", "elbv2"),
            ("elasticloadbalancing", "elb"),
            ("Resource Explorer 2", "resource-explorer-2"),
            ("s3api", "s3"),
            ("config", "configservice"),
            ("Config Service", "configservice"),
            ("codedeploy", "deploy"),
            ("monitoring", "cloudwatch"),
            ("CloudWatch Logs", "logs"),
            ("cloudwatchlogs", "logs"),
            ("tagging", "resourcegroupstaggingapi"),
            ("tag", "resourcegroupstaggingapi"),
            ("states", "stepfunctions"),
            ("api.ecr", "ecr"),
            ("Cost_Explorer", "ce"),
            ("Pinpoint SMS Voice", "pinpoint-sms-voice"),
            ("sms-voice", "pinpoint-sms-voice"),
            // A newer service than the table.
            ("Some New Service", "some-new-service"),
        ] {
            assert_eq!(name(text).as_str(), expected, "{text}");
            assert_eq!(name(&text.to_uppercase()).as_str(), expected, "{text}");
        }
    }

    #[test]
    fn each_service_is_found_by_its_names_and_by_prefixes_that_are_not_anothers() {
        let fold = |text: &str| text.to_lowercase().replace([' ', '-', '.', '_'], "");
        let is_own = |row: &Service, text: &str| {
            let own = row.also.iter().chain([&row.name, &row.sdk_id]);
            own.into_iter().any(|name| fold(name) == fold(text))
        };
        let decided =
            [("cassandra", "keyspaces"), ("email", "ses"), ("execute-api", "apigatewaymanagementapi")];
        let nobodys = ["aws-marketplace", "lex", "partnercentral", "timestream"];
        for row in SERVICES {
            for spelling in row.spellings() {
                let found = name(spelling);
                if is_own(row, spelling) {
                    assert_eq!(found.as_str(), row.name, "{spelling}");
                } else if let Some(owner) = SERVICES.iter().find(|other| is_own(other, spelling)) {
                    assert_eq!(found.as_str(), owner.name, "{spelling} of {}", row.name);
                } else if let Some((_, winner)) = decided.iter().find(|(prefix, _)| *prefix == spelling) {
                    assert_eq!(found.as_str(), *winner, "{spelling} of {}", row.name);
                } else if nobodys.contains(&spelling) {
                    assert!(!found.is_known(), "{spelling} of {}", row.name);
                } else {
                    assert_eq!(found.as_str(), row.name, "{spelling}");
                }
            }
        }
    }

    #[test]
    fn the_table_has_every_service_and_no_name_twice() {
        let names: Vec<ServiceName> = ServiceName::known().collect();
        assert!(names.len() > 400, "{}", names.len());
        assert!(names.windows(2).all(|two| two[0].as_str() < two[1].as_str()));
        assert!(names.iter().all(|known| known.is_known() && name(known.as_str()) == *known));
    }

    #[test]
    fn a_service_nobody_knows_is_taken_and_told_apart() {
        let unknown = name("quux");
        assert!(!unknown.is_known() && name("ec2").is_known());
        assert_eq!(unknown.iam_prefix(), "quux");
        assert_eq!(unknown, name("QUUX"));
        assert_ne!(unknown, name("quux-2"));
    }

    #[test]
    fn names_compare_hash_and_sort_as_their_text() {
        let mut names = [name("sts"), name("new-service"), name("EC2"), name("Organizations")];
        names.sort();
        assert_eq!(names.each_ref().map(ServiceName::as_str), ["ec2", "new-service", "organizations", "sts"]);
        let set: std::collections::HashSet<ServiceName> =
            ["elbv2", "Elastic Load Balancing v2", "elb", "quux", "Quux"].map(name).into_iter().collect();
        assert_eq!(set.len(), 3);
    }

    #[test]
    fn iam_may_call_a_service_otherwise_than_its_signature_does() {
        for (service, prefix) in [
            ("cloudwatch", "cloudwatch"),
            ("configservice", "config"),
            ("efs", "elasticfilesystem"),
            ("elbv2", "elasticloadbalancing"),
            ("emr", "elasticmapreduce"),
            ("iot-data", "iot"),
            ("mturk", "mechanicalturk"),
            ("resourcegroupstaggingapi", "tag"),
            ("service-quotas", "servicequotas"),
            ("sso-admin", "sso"),
            ("stepfunctions", "states"),
        ] {
            assert_eq!(name(service).iam_prefix(), prefix);
        }
    }

    #[test]
    fn a_misspelled_name_has_a_near_one() {
        for (text, expected) in [
            ("ecc", Some("ec2")),
            ("organisations", Some("organizations")),
            ("cloudwach", Some("cloudwatch")),
            ("lamda", Some("lambda")),
            ("elb2", Some("elbv2")),
            ("dynamo", Some("dynamodb")),
            ("Elastic Load Balancer", Some("elb")),
            ("aws-marketplace", Some("marketplace-agreement")),
            ("lex", Some("lex-models")),
            ("quux", None),
            ("", None),
            ("ec2*", None),
        ] {
            assert_eq!(ServiceName::nearest(text), expected, "{text}");
        }
        assert_eq!(ServiceName::nearest(&"a".repeat(100_000)), None);
    }

    #[test]
    fn patterns_and_punctuation_are_refused() {
        for bad in ["", "ec2:", "ec2*", "é", "a/b", "-ec2", "new.service", &"a".repeat(65)] {
            assert!(bad.parse::<ServiceName>().is_err(), "{bad:?}");
        }
        assert!("a".repeat(64).parse::<ServiceName>().is_ok());
    }

    #[test]
    fn a_name_is_two_words_of_memory() {
        assert_eq!(size_of::<ServiceName>(), 2 * size_of::<usize>());
    }
}
