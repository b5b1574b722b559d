mod secrets;
mod verbs;

use orgwide_models::{Model, Operation};
use serde_json::Value;

/// What a call does besides giving an answer, as far as it can be known before it is made.
///
/// Models mark few operations; the rest is told by their names. What is not known to be a read counts as a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It reads, and the answer is no secret in itself.
    Read,
    /// It reads something that opens doors: a password, a key, a token, credentials, a URL that is signed.
    SecretRead,
    /// It may change something, or has an effect outside: it starts, sends, takes or creates.
    Write,
}

/// What a call of the operation with this input does.
#[must_use]
pub fn effect(model: &Model, operation: &Operation, input: &Value) -> Effect {
    let (service, name) = (model.service().name.as_str(), model.text(operation.name));
    if !verbs::is_read(service, name, operation.is_read_only) {
        Effect::Write
    } else if secrets::is_secret(model, operation, input) {
        Effect::SecretRead
    } else {
        Effect::Read
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn effect_of(service: &str, operation: &str, input: Value) -> Effect {
        let model = orgwide_models::Catalog::embedded().model(service).unwrap();
        effect(&model, model.operation(operation).unwrap(), &input)
    }

    #[test]
    fn common_calls_do_what_everybody_knows() {
        for (service, operation) in [
            ("ec2", "DescribeInstances"),
            ("rds", "DescribeDBInstances"),
            ("redshift", "DescribeClusters"),
            ("s3", "ListBuckets"),
            ("s3", "GetObject"),
            ("iam", "GetAccountAuthorizationDetails"),
            ("iam", "ListAccessKeys"),
            ("lambda", "ListFunctions"),
            ("dynamodb", "Query"),
            ("secretsmanager", "ListSecrets"),
            ("secretsmanager", "DescribeSecret"),
            ("kms", "ListKeys"),
            ("config", "SelectResourceConfig"),
            ("sts", "GetCallerIdentity"),
            ("organizations", "ListAccounts"),
            ("ecr", "BatchGetImage"),
            ("logs", "FilterLogEvents"),
            ("identitystore", "ListUsers"),
        ] {
            assert_eq!(effect_of(service, operation, json!({})), Effect::Read, "{service}:{operation}");
        }
        for (service, operation) in [
            ("secretsmanager", "GetSecretValue"),
            ("secretsmanager", "BatchGetSecretValue"),
            ("sts", "GetSessionToken"),
            ("sts", "GetFederationToken"),
            ("ecr", "GetAuthorizationToken"),
            ("codeartifact", "GetAuthorizationToken"),
            ("redshift", "GetClusterCredentials"),
            ("ec2", "GetPasswordData"),
            ("sso", "GetRoleCredentials"),
            ("lambda", "GetFunction"),
            ("lightsail", "GetInstanceAccessDetails"),
            ("cognito-idp", "DescribeUserPoolClient"),
            ("connect", "GetFederationToken"),
            ("lakeformation", "GetTemporaryGlueTableCredentials"),
            ("glue", "GetConnections"),
            ("snowball", "GetJobUnlockCode"),
        ] {
            assert_eq!(effect_of(service, operation, json!({})), Effect::SecretRead, "{service}:{operation}");
        }
        for (service, operation) in [
            ("ec2", "TerminateInstances"),
            ("sts", "AssumeRole"),
            ("sqs", "ReceiveMessage"),
            ("kms", "Decrypt"),
            ("kms", "GenerateDataKey"),
            ("dynamodb", "ExecuteStatement"),
            ("athena", "StartQueryExecution"),
            ("iam", "GenerateCredentialReport"),
            ("cognito-identity", "GetId"),
            ("s3", "CreateSession"),
            ("license-manager", "CheckoutLicense"),
        ] {
            assert_eq!(effect_of(service, operation, json!({})), Effect::Write, "{service}:{operation}");
        }
    }

    #[test]
    fn what_is_asked_for_can_make_a_read_one_of_secrets() {
        for (service, operation, secret, plain) in [
            ("ssm", "GetParameter", json!({"WithDecryption": true}), json!({"WithDecryption": false})),
            ("ssm", "GetParametersByPath", json!({"WithDecryption": true}), json!({})),
            ("apigateway", "GetApiKeys", json!({"includeValues": true}), json!({})),
            ("glue", "GetConnection", json!({}), json!({"HidePassword": true})),
            (
                "ec2",
                "DescribeInstanceAttribute",
                json!({"Attribute": "userData"}),
                json!({"Attribute": "instanceType"}),
            ),
        ] {
            assert_eq!(effect_of(service, operation, secret), Effect::SecretRead, "{service}:{operation}");
            assert_eq!(effect_of(service, operation, plain), Effect::Read, "{service}:{operation}");
        }
    }

    /// Every operation there is.
    fn every() -> Vec<(String, String, Effect)> {
        let catalog = orgwide_models::Catalog::embedded();
        let mut found = Vec::new();
        for summary in catalog.services() {
            let model = catalog.model(&summary.name).unwrap();
            for operation in model.operations() {
                let effect = effect(&model, operation, &json!({}));
                found.push((summary.name.to_string(), model.text(operation.name).to_owned(), effect));
            }
        }
        found
    }

    #[test]
    fn every_name_in_the_tables_is_an_operation() {
        let every = every();
        for (service, names) in verbs::tables().copied().chain(secrets::tables()) {
            for name in names {
                let is_there = every.iter().any(|(own, operation, _)| own == service && operation == name);
                assert!(is_there, "{service}:{name}");
            }
        }
    }

    #[test]
    fn names_that_say_change_are_never_reads() {
        const CHANGES: [&str; 22] = [
            "Accept",
            "Add",
            "Associate",
            "Attach",
            "Cancel",
            "Create",
            "Delete",
            "Detach",
            "Disable",
            "Enable",
            "Import",
            "Invoke",
            "Modify",
            "Put",
            "Reboot",
            "Register",
            "Remove",
            "Send",
            "Start",
            "Stop",
            "Terminate",
            "Update",
        ];
        let wrong: Vec<_> = every()
            .into_iter()
            .filter(|(_, name, effect)| {
                *effect != Effect::Write && CHANGES.iter().any(|verb| name.starts_with(verb))
            })
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn the_share_of_reads_is_what_it_was_when_the_tables_were_made() {
        let every = every();
        let count = |wanted| every.iter().filter(|(_, _, effect)| *effect == wanted).count();
        let (reads, secrets) = (count(Effect::Read), count(Effect::SecretRead));
        assert!(reads > 8_300 && secrets > 150, "{reads} reads, {secrets} of secrets, of {}", every.len());
    }
}
