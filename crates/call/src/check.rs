use std::sync::Arc;

use orgwide_models::{Auth, Catalog, Model, Operation};
use serde_json::Value;

use crate::callee::Callee;
use crate::request::{self, WriteOptions};
use crate::{CallError, special};

/// An operation and the model it is in, by their names in any of the usual spellings.
///
/// # Errors
///
/// There is no such service or operation; the error has the name that was probably meant.
pub fn find(catalog: &Catalog, service: &str, operation: &str) -> Result<(Arc<Model>, Operation), CallError> {
    let callee = Callee::find(catalog, service, operation)?;
    Ok((Arc::clone(&callee.model), callee.operation.clone()))
}

/// Makes sure that an operation can be called with this input, wherever that will be. Nothing is sent.
///
/// # Errors
///
/// [`CallError::Input`] with all that is wrong with it, or [`CallError::Unsupported`].
pub fn check(model: &Arc<Model>, operation: &Operation, input: &Value) -> Result<(), CallError> {
    let callee = Callee { model: Arc::clone(model), operation: operation.clone() };
    // Where it will be called is not known, so this refuses nothing for being elsewhere.
    let region = input.get("SourceRegion").and_then(Value::as_str).unwrap_or_default();
    refuse(&callee, input, region)?;
    let mut input = input.clone();
    special::fix_input(model, operation, &mut input);
    match request::write(model, operation, &input, &WriteOptions::default()) {
        Ok(_) => Ok(()),
        Err(error) => Err(CallError::Input { operation: callee.id(), error }),
    }
}

/// Refuses by name what is not built here.
pub(crate) fn refuse(callee: &Callee, input: &Value, region: &str) -> Result<(), CallError> {
    let Callee { model, operation } = callee;
    match operation.auth {
        Auth::Bearer => return Err(callee.unsupported("it takes a token, not credentials")),
        Auth::SigV2 => return Err(callee.unsupported("it is signed with version 2 of AWS's signature")),
        Auth::SigV4 | Auth::SigV4UnsignedBody | Auth::None => {}
    }
    match special::refusal(model, operation, input, region) {
        Some(why) => Err(callee.unsupported(why)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(service: &str, operation: &str, input: &Value) -> Result<(), CallError> {
        let (model, operation) = find(&Catalog::embedded(), service, operation)?;
        check(&model, &operation, input)
    }

    #[test]
    fn an_input_is_checked_as_it_will_be_when_it_is_sent() {
        assert!(checked("ec2", "DescribeInstances", &json!({"MaxResults": 5})).is_ok());
        assert!(checked("ec2", "DescribeInstances", &Value::Null).is_ok());
        // The account is filled in, and the prefix of the id taken off.
        assert!(checked("glacier", "ListVaults", &json!({})).is_ok());
        assert!(checked("route53", "GetHostedZone", &json!({"Id": "/hostedzone/Z1"})).is_ok());
        let error =
            checked("iam", "CreateUser", &json!({"Username": 1, "Path": true})).unwrap_err().to_string();
        for told in ["iam:CreateUser", "UserName is missing", "Username", "Path"] {
            assert!(error.contains(told), "`{told}` is not in: {error}");
        }
    }

    #[test]
    fn what_is_not_built_here_is_refused_by_name() {
        for (service, operation, input) in [
            ("logs", "start-live-tail", json!({})),
            ("sdb", "list-domains", json!({})),
            ("importexport", "list-jobs", json!({})),
        ] {
            let error = checked(service, operation, &input).unwrap_err();
            assert!(matches!(error, CallError::Unsupported { .. }), "{service}: {error}");
        }
        let copy = json!({"SourceRegion": "us-east-1", "SourceSnapshotId": "s"});
        assert!(checked("ec2", "CopySnapshot", &copy).is_ok(), "it may well be called in that region");
    }

    #[test]
    fn names_that_are_not_there_are_told_with_the_nearest() {
        let nearest =
            |service, operation| find(&Catalog::embedded(), service, operation).unwrap_err().to_string();
        assert!(nearest("ec2", "describe-vpc").contains("`DescribeVpcs`"));
        assert!(nearest("ecc", "describe-vpcs").contains("`ec2`"));
    }
}
