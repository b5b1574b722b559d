//! Which operations read.

use orgwide_models::{Model, Operation};

/// The verbs that say so.
const VERBS: [&str; 29] = [
    "Autocomplete",
    "Calculate",
    "Check",
    "Compare",
    "Contains",
    "Count",
    "Describe",
    "Detect",
    "Discover",
    "Domain",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "Is",
    "List",
    "Lookup",
    "Preview",
    "Query",
    "Resolve",
    "Retrieve",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Suggest",
    "Test",
    "Validate",
    "View",
];

/// What they say so of behind these.
const BEHIND: [&str; 4] = ["Admin", "Batch", "Optimize", "Transact"];

/// They say so, and it is not true.
const WRITES: [&str; 5] =
    ["CheckInLicense", "ResolveCase", "RetrieveTapeArchive", "RetrieveTapeRecoveryPoint", "TestFailover"];

/// Whether an operation changes nothing and has one answer, not a sequence of events.
pub(crate) fn is_read(model: &Model, operation: &Operation) -> bool {
    let name = model.text(operation.name);
    let first = word(name);
    let second = name.get(first.len()..).unwrap_or_default();
    let by_name = VERBS.contains(&first) || BEHIND.contains(&first) && is_verb_of_batches(word(second));
    let has_events = [operation.input, operation.output].into_iter().flatten().any(|shape| {
        model.shape(shape).members.iter().any(|member| model.shape(member.shape).is_event_stream)
    });
    // What hands out credentials would have to remember them.
    let is_login = model.service().name == "sts" && name.ends_with("Token");
    by_name && !WRITES.contains(&name) && !is_login && !has_events
}

fn is_verb_of_batches(word: &str) -> bool {
    matches!(word, "Check" | "Describe" | "Detect" | "Evaluate" | "Get" | "Is" | "List" | "Read" | "Search")
}

/// The first word of a name: a capital and what follows it in small letters.
fn word(name: &str) -> &str {
    let end = name.char_indices().skip(1).find(|(_, letter)| letter.is_ascii_uppercase());
    name.get(..end.map_or(name.len(), |(end, _)| end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use orgwide_models::Catalog;

    use super::*;

    fn reads(service: &str, operation: &str) -> bool {
        let model = Catalog::embedded().model(service).unwrap();
        is_read(&model, model.operation(operation).unwrap())
    }

    #[test]
    fn names_tell_what_reads() {
        for (service, operation) in [
            ("ec2", "DescribeVolumes"),
            ("dynamodb", "BatchGetItem"),
            ("dynamodb", "TransactGetItems"),
            ("codebuild", "BatchGetProjects"),
            ("cognito-idp", "AdminListDevices"),
            ("s3", "HeadBucket"),
        ] {
            assert!(reads(service, operation), "{service} {operation}");
        }
    }

    #[test]
    fn what_writes_or_gives_events_does_not_read() {
        for (service, operation) in [
            ("ec2", "RunInstances"),
            ("dynamodb", "BatchWriteItem"),
            ("license-manager", "CheckInLicense"),
            ("license-manager", "CheckoutLicense"),
            ("acm-pca", "IssueCertificate"),
            ("s3", "SelectObjectContent"),
            ("cognito-idp", "AdminCreateUser"),
            ("sts", "GetSessionToken"),
        ] {
            assert!(!reads(service, operation), "{service} {operation}");
        }
    }
}
