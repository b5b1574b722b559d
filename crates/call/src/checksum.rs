//! Checksums of request bodies, which some operations need and S3 is always given.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use orgwide_models::{Checksum, Model, Operation};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// What stands before the algorithm in the header of a checksum.
const PREFIX: &str = "x-amz-checksum-";

/// The algorithm where the caller names none.
const USUAL: &str = "CRC32";

/// Adds the checksum of the body to the headers, unless one was given or none is known.
///
/// # Errors
///
/// The algorithm asked for, when it is none of those known here.
pub(crate) fn add(
    model: &Model,
    operation: &Operation,
    input: &Value,
    headers: &mut Vec<(String, String)>,
    body: &[u8],
) -> Result<(), String> {
    let member = match operation.checksum {
        Checksum::None => return Ok(()),
        Checksum::Required => None,
        Checksum::RequiredAs(member) | Checksum::OptionalAs(member) => Some(member),
    };
    if headers.iter().any(|(name, _)| is_checksum(name)) {
        return Ok(());
    }
    let asked = member.and_then(|member| input.get(model.text(member))).and_then(Value::as_str);
    let (name, value) = match asked.unwrap_or(USUAL) {
        algorithm if algorithm.eq_ignore_ascii_case(USUAL) => ("crc32", crc32(body)),
        algorithm if algorithm.eq_ignore_ascii_case("SHA256") => {
            ("sha256", STANDARD.encode(Sha256::digest(body)))
        }
        other => return Err(other.to_owned()),
    };
    headers.push((format!("{PREFIX}{name}"), value));
    // S3 wants to be told which it is, where the caller did not.
    if asked.is_none()
        && let Some(member) = member
        && let Some(header) = header_of(model, operation, member)
    {
        headers.push((header.to_owned(), USUAL.to_owned()));
    }
    Ok(())
}

fn is_checksum(header: &str) -> bool {
    // These say how a checksum is made, not what it is.
    const ABOUT: [&str; 3] = ["type", "algorithm", "mode"];
    let name = header.to_ascii_lowercase();
    name.strip_prefix(PREFIX).is_some_and(|what| !ABOUT.contains(&what))
}

fn crc32(body: &[u8]) -> String {
    STANDARD.encode(crc32fast::hash(body).to_be_bytes())
}

/// The header a member of the input travels in.
fn header_of<'a>(model: &'a Model, operation: &Operation, member: orgwide_models::Text) -> Option<&'a str> {
    let input = model.shape(operation.input?);
    let member = input.members.iter().find(|own| own.name == member)?;
    member.wire.map(|wire| model.text(wire))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn model() -> Model {
        let operation = |name: &str, more: Value| {
            let mut operation =
                json!({"name": name, "http": {"method": "PUT", "requestUri": "/"}, "input": {"shape": "In"}});
            operation.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            operation
        };
        let service = json!({
            "metadata": {"protocol": "rest-xml", "serviceId": "S3", "endpointPrefix": "s3", "apiVersion": "1"},
            "operations": {
                "Needs": operation("Needs", json!({"httpChecksum": {"requestAlgorithmMember": "A", "requestChecksumRequired": true}})),
                "May": operation("May", json!({"httpChecksum": {"requestAlgorithmMember": "A"}})),
                "Plain": operation("Plain", json!({"httpChecksumRequired": true})),
                "None": operation("None", json!({})),
            },
            "shapes": {
                "In": {"type": "structure", "members": {
                    "A": {"shape": "S", "location": "header", "locationName": "x-amz-sdk-checksum-algorithm"}}},
                "S": {"type": "string"},
            },
        });
        Model::from_botocore("s3", &service, &[], None).unwrap()
    }

    fn headers(
        operation: &str,
        input: Value,
        given: &[(&str, &str)],
    ) -> Result<Vec<(String, String)>, String> {
        let model = model();
        let mut headers: Vec<_> = given.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let operation = model.operation(operation).unwrap();
        add(&model, operation, &input, &mut headers, b"123456789").map(|()| headers)
    }

    fn pairs(expected: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
        Ok(expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    // 0xCBF43926 is the check value of CRC-32 for these nine digits; the other is that of `sha256sum`.
    const CRC32: (&str, &str) = ("x-amz-checksum-crc32", "y/Q5Jg==");
    const SHA256: (&str, &str) = ("x-amz-checksum-sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=");

    #[test]
    fn operations_get_the_checksum_they_need_and_say_which() {
        let named = ("x-amz-sdk-checksum-algorithm", "CRC32");
        assert_eq!(headers("Needs", json!({}), &[]), pairs(&[CRC32, named]));
        assert_eq!(headers("May", json!({}), &[]), pairs(&[CRC32, named]));
        assert_eq!(headers("Plain", json!({}), &[]), pairs(&[CRC32]));
        assert_eq!(headers("None", json!({}), &[]), pairs(&[]));
    }

    #[test]
    fn the_caller_chooses_the_algorithm_or_gives_the_checksum() {
        assert_eq!(headers("Needs", json!({"A": "CRC32"}), &[]), pairs(&[CRC32]));
        let given = ("X-Amz-Checksum-Sha1", "x");
        assert_eq!(headers("Needs", json!({"A": "SHA1"}), &[given]), pairs(&[given]));
        let kind = ("x-amz-checksum-type", "FULL_OBJECT");
        assert_eq!(headers("May", json!({"A": "CRC32"}), &[kind]), pairs(&[kind, CRC32]));
        assert_eq!(headers("Needs", json!({"A": "XXHASH3"}), &[]), Err("XXHASH3".to_owned()));
        assert_eq!(headers("Needs", json!({"A": "SHA256"}), &[]), pairs(&[SHA256]));
    }
}
