//! What an operation says to an input that it does not take.

use std::borrow::Cow;

use super::target::Target;
use crate::protocol::Protocol;
use crate::refusal::Refusal;

/// The parts of names of errors that tell of an input that is wrong, the likeliest first.
const WRONG_INPUT: [&str; 8] = [
    "ValidationException",
    "ValidationError",
    "InvalidParameterValue",
    "InvalidParameter",
    "InvalidInput",
    "InvalidArgument",
    "InvalidRequest",
    "BadRequest",
];

/// The same of a page token that is wrong.
const WRONG_TOKEN: [&str; 5] =
    ["InvalidNextToken", "InvalidPaginationToken", "InvalidMarker", "InvalidContinuationToken", "NextToken"];

/// A member of the input is not what it must be.
pub(super) fn input(target: &Target, protocol: Protocol, message: String) -> Refusal {
    named(target, &WRONG_INPUT)
        .map(|(status, code)| Refusal::new(status, code, message.clone()))
        .unwrap_or_else(|| usual(protocol, message))
}

/// A member that has to be there is not.
pub(super) fn missing(target: &Target, protocol: Protocol, name: &str) -> Refusal {
    match protocol {
        Protocol::Ec2 => {
            Refusal::new(400, "MissingParameter", format!("The request must contain the parameter {name}"))
        }
        _ => {
            let message = format!(
                "1 validation error detected: Value null at '{name}' failed to satisfy constraint: \
                 Member must not be null"
            );
            input(target, protocol, message)
        }
    }
}

/// A page token is none of this listing.
pub(super) fn token(target: &Target, protocol: Protocol, name: &str) -> Refusal {
    let message = format!("The value of {name} is not valid: it is no token of this listing.");
    match named(target, &WRONG_TOKEN) {
        Some((status, code)) => Refusal::new(status, code, message),
        None => input(target, protocol, message),
    }
}

fn usual(protocol: Protocol, message: String) -> Refusal {
    let code = match protocol {
        Protocol::Query => "ValidationError",
        Protocol::Ec2 => "InvalidParameterValue",
        Protocol::Json | Protocol::Json10 | Protocol::Cbor | Protocol::RestJson => "ValidationException",
        Protocol::RestXml => "InvalidArgument",
        Protocol::S3 => "InvalidArgument",
    };
    Refusal::new(400, code, message)
}

/// The first error of the operation that is called so, with its status and its code on the wire.
fn named(target: &Target, parts: &[&str]) -> Option<(u16, Cow<'static, str>)> {
    let model = &target.model;
    let errors = &target.operation()?.errors;
    parts.iter().find_map(|part| {
        let shapes = errors.iter().map(|error| model.shape(*error));
        let shape = shapes.into_iter().find(|shape| model.text(shape.name).contains(part))?;
        let told = shape.error.filter(|told| (400..500).contains(&told.status));
        let code = shape.error.and_then(|told| told.code).unwrap_or(shape.name);
        Some((told.map_or(400, |told| told.status), model.text(code).to_owned().into()))
    })
}
