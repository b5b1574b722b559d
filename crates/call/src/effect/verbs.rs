//! Which operations read, by their names.

/// First words of operations that read, in every service but for [`WRITES`].
const READING: &[&str] = &[
    "Calculate",
    "Compare",
    "Contains",
    "Count",
    "Decode",
    "Describe",
    "Discover",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "Is",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Validate",
    "View",
];

/// The same in groups, whose names begin with `Batch`.
const READING_IN_GROUPS: &[&str] =
    &["Check", "Describe", "Detect", "Evaluate", "Get", "Head", "Is", "List", "Query", "Search"];

/// First words that say a change, whatever a model marks: some mark what starts and revokes something.
const CHANGING: &[&str] = &[
    "Attach",
    "Create",
    "Delete",
    "Detach",
    "Disable",
    "Enable",
    "Modify",
    "Put",
    "Reboot",
    "Send",
    "Start",
    "Stop",
    "Tag",
    "Terminate",
    "Untag",
    "Update",
];

/// Operations that read although their names do not begin so.
const READS: &[(&str, &[&str])] = &[
    ("accessanalyzer", &["CheckAccessNotGranted", "CheckNoNewAccess", "CheckNoPublicAccess"]),
    ("clouddirectory", &["BatchRead"]),
    ("dynamodb", &["TransactGetItems"]),
    ("elasticbeanstalk", &["CheckDNSAvailability"]),
    ("glue", &["CheckSchemaVersionValidity"]),
    ("lightsail", &["CheckSubdomainAvailability"]),
    ("rds", &["DownloadDBLogFilePortion"]),
    ("route53", &["TestDNSAnswer"]),
    ("route53domains", &["CheckDomainAvailability", "CheckDomainTransferability", "RetrieveDomainAuthCode"]),
    ("sns", &["CheckIfPhoneNumberIsOptedOut"]),
    ("wafv2", &["CheckCapacity"]),
];

/// Operations that do more than read although their names begin so: they take a task from a queue, send a code,
/// create what they are asked for, spend what they answer.
const WRITES: &[(&str, &[&str])] = &[
    ("amplifybackend", &["GetToken"]),
    ("cognito-identity", &["GetId", "GetOpenIdToken", "GetOpenIdTokenForDeveloperIdentity"]),
    ("cognito-idp", &["GetTokensFromRefreshToken", "GetUserAttributeVerificationCode"]),
    ("endusermessaging", &["ValidateNotifyCodeVerification"]),
    ("stepfunctions", &["GetActivityTask"]),
];

/// Whether an operation of that name reads. `marked` is what its model says, which is only ever that it does.
pub(super) fn is_read(service: &str, name: &str, marked: bool) -> bool {
    if lists(WRITES, service, name) {
        return false;
    }
    let group = name.strip_prefix("Batch");
    let changes = begins(CHANGING, group.unwrap_or(name));
    marked && !changes
        || begins(READING, name)
        || group.is_some_and(|rest| begins(READING_IN_GROUPS, rest))
        || lists(READS, service, name)
}

pub(super) fn lists(table: &[(&str, &[&str])], service: &str, name: &str) -> bool {
    table.iter().any(|(own, names)| *own == service && names.contains(&name))
}

/// Whether a name begins with one of these words, and a new word after it: `Issue` does not begin with `Is`.
fn begins(words: &[&str], name: &str) -> bool {
    words
        .iter()
        .filter_map(|word| name.strip_prefix(*word))
        .any(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

/// What stands in the tables.
#[cfg(test)]
pub(super) fn tables() -> impl Iterator<Item = &'static (&'static str, &'static [&'static str])> {
    READS.iter().chain(WRITES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_whole_words() {
        for name in
            ["ListBuckets", "DescribeInstances", "GetRole", "BatchGetItem", "Query", "IsMemberInGroups"]
        {
            assert!(is_read("any", name, false), "{name}");
        }
        for name in [
            "IssueCertificate",
            "Getaway",
            "BatchWriteItem",
            "BatchGrantPermissions",
            "DeleteBucket",
            "ListenForMore",
            "PutObject",
            "CreateTags",
            "AssumeRole",
            "StartQuery",
            "ExecuteStatement",
            "ReceiveMessage",
        ] {
            assert!(!is_read("any", name, false), "{name}");
        }
    }

    #[test]
    fn what_a_model_marks_is_believed_but_for_what_is_known_better() {
        assert!(is_read("geo-places", "Geocode", true));
        assert!(!is_read("stepfunctions", "GetActivityTask", true));
        assert!(!is_read("ivs", "StartViewerSessionRevocation", true));
        assert!(!is_read("ivs", "BatchStartViewerSessionRevocation", true));
        assert!(is_read("dynamodb", "TransactGetItems", false));
        assert!(!is_read("dynamodb", "TransactWriteItems", false));
        assert!(!is_read("cognito-identity", "GetId", false) && is_read("other", "GetId", false));
    }
}
