//! The suites for requests that come with botocore's source: what it and the other SDKs are held to.

mod comparison;

use orgwide_models::{Model, Protocol};
use serde_json::{Value, json};

use super::{HttpParts, WriteOptions, write};
use crate::suites::Suites;
use comparison::{is_same_body, is_same_target, without_spaces};

const COMPRESSION: &str = "bodies are not compressed: no operation needs it";
const BASE_PATH: &str = "the path of a custom endpoint is put before the target by the sender";
const EC2_NAMES: &str =
    "names without a locationName are not capitalised, as in botocore: real models have one each";
const XML_NAMES: &str = "the name of the element is in a trait that the model has lost";
const PAYLOAD: &str = "the payload is named where the input is used, which no real model does";
const EMPTY_LIST: &str = "an empty list is no header, as in botocore";

/// Cases that fail, each with the reason. One that passes has to leave this list.
const EXPECTED_FAILURES: &[(&str, &str)] = &[
    ("ec2:Ec2Lists", EC2_NAMES),
    ("ec2:Ec2ProtocolIdempotencyTokenAutoFill", EC2_NAMES),
    ("ec2:Ec2ProtocolIdempotencyTokenAutoFillIsSet", EC2_NAMES),
    ("ec2:Ec2QueryEndpointTraitWithHostLabel", EC2_NAMES),
    ("ec2:Ec2QueryHostWithPath", BASE_PATH),
    ("ec2:Ec2TimestampsInput", EC2_NAMES),
    ("ec2:SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query", COMPRESSION),
    ("ec2:SDKAppliedContentEncoding_ec2Query", COMPRESSION),
    ("json:AwsJson11HostWithPath", BASE_PATH),
    ("json:SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1", COMPRESSION),
    ("json:SDKAppliedContentEncoding_awsJson1_1", COMPRESSION),
    ("json_1_0:AwsJson10HostWithPath", BASE_PATH),
    ("json_1_0:SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0", COMPRESSION),
    ("json_1_0:SDKAppliedContentEncoding_awsJson1_0", COMPRESSION),
    (
        "query:QueryFlattenedListArgWithXmlName",
        "the element's name replaces that of a flattened list, as in botocore: real services want it",
    ),
    ("query:QueryHostWithPath", BASE_PATH),
    ("query:SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery", COMPRESSION),
    ("query:SDKAppliedContentEncoding_awsQuery", COMPRESSION),
    (
        "rest-json:MediaTypeHeaderInputBase64",
        "the value of a JSON header is JSON, not the text of it, as in botocore",
    ),
    ("rest-json:RestJsonHostWithPath", BASE_PATH),
    ("rest-json:RestJsonHttpChecksumRequired", "checksums are added by the sender"),
    ("rest-json:RestJsonHttpPayloadWithUnsetUnion", "an absent payload is an empty object, as in botocore"),
    ("rest-json:RestJsonNullAndEmptyHeaders", EMPTY_LIST),
    ("rest-json:SDKAppendedGzipAfterProvidedEncoding_restJson1", COMPRESSION),
    ("rest-json:SDKAppliedContentEncoding_restJson1", COMPRESSION),
    ("rest-xml:BodyWithXmlName", XML_NAMES),
    ("rest-xml:HttpPayloadWithXmlName", XML_NAMES),
    ("rest-xml:HttpPayloadWithXmlNamespace", XML_NAMES),
    ("rest-xml:HttpPayloadWithXmlNamespaceAndPrefix", XML_NAMES),
    ("rest-xml:NullAndEmptyHeaders", EMPTY_LIST),
    ("rest-xml:RestXmlHttpPayloadWithUnion", XML_NAMES),
    ("rest-xml:SDKAppendedGzipAfterProvidedEncoding_restXml", COMPRESSION),
    ("rest-xml:SDKAppliedContentEncoding_restXml", COMPRESSION),
    ("rest-xml:XmlAttributesOnPayload", XML_NAMES),
    ("legacy/rest-json:12:0", PAYLOAD),
    ("legacy/rest-json:12:1", PAYLOAD),
    ("legacy/rest-json:13:0", PAYLOAD),
    ("legacy/rest-json:18:0", PAYLOAD),
    ("legacy/rest-xml:11:0", "the location is on a shape, which no real model does"),
];

/// How many cases pass, by file. These may only rise.
const FLOORS: &[(&str, usize)] = &[
    ("ec2", 21),
    ("json", 51),
    ("json_1_0", 18),
    ("json_1_0-query-compatible", 1),
    ("query", 34),
    ("rest-json", 106),
    ("rest-xml", 85),
    ("smithy-rpc-v2-cbor", 15),
    ("smithy-rpc-v2-cbor-non-query-compatible", 1),
    ("smithy-rpc-v2-cbor-query-compatible", 1),
    ("legacy/ec2", 12),
    ("legacy/json", 24),
    ("legacy/query", 25),
    ("legacy/rest-json", 52),
    ("legacy/rest-xml", 44),
];

const SUITES: Suites = Suites { expected_failures: EXPECTED_FAILURES, floors: FLOORS };

const TOKEN: &str = "00000000-0000-4000-8000-000000000000";

#[test]
fn requests_are_those_of_the_protocol_suites() {
    SUITES.judge("input", "", run);
}

#[test]
fn requests_are_those_of_the_older_protocol_suites() {
    SUITES.judge("legacy/input", "legacy/", run);
}

fn run(suite: &Value, case: &Value) -> Result<(), String> {
    let name = case["given"]["name"].as_str().unwrap();
    let service = json!({
        "metadata": suite["metadata"], "shapes": suite["shapes"], "operations": { name: case["given"] },
    });
    let model = Model::from_botocore("suite", &service, &[], None).map_err(|error| error.to_string())?;
    let operation = model.operation(name).unwrap();
    let options = WriteOptions { token: Some(TOKEN), raw_blobs: true, ..WriteOptions::default() };
    let parts = write(&model, operation, &case["params"], &options).map_err(|error| error.to_string())?;
    compare(&parts, &case["serialized"], model.service().protocol, suite["clientEndpoint"].as_str())
}

fn compare(
    parts: &HttpParts,
    expected: &Value,
    protocol: Protocol,
    endpoint: Option<&str>,
) -> Result<(), String> {
    let check = |is_same: bool, what: &str, ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug| {
        if is_same { Ok(()) } else { Err(format!("{what} {ours:?}, expected {theirs:?}")) }
    };
    if let Some(method) = expected["method"].as_str() {
        check(parts.method == method, "method", &parts.method, &method)?;
    }
    let uri = expected["uri"].as_str().unwrap_or_default();
    check(is_same_target(&parts.target, uri), "target", &parts.target, &uri)?;
    if let Some(body) = expected["body"].as_str() {
        let ours = String::from_utf8_lossy(&parts.body);
        check(is_same_body(&parts.body, body, protocol), "body", &ours, &body)?;
    }
    if let (Some(host), Some(endpoint)) = (expected["host"].as_str(), endpoint) {
        let prefix = parts.host_prefix.as_deref().unwrap_or_default();
        let ours = format!("{prefix}{}", endpoint.strip_prefix("https://").unwrap());
        check(ours == host, "host", &ours, &host)?;
    }
    let header = |name: &str| {
        let found = parts.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| without_spaces(value))
    };
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap();
        // Bodies that are no documents have no type of ours, and neither has XML: as in botocore.
        let is_ours = match protocol {
            Protocol::RestXml => false,
            Protocol::RestJson => value == "application/json",
            _ => true,
        };
        if !name.eq_ignore_ascii_case("content-type") || is_ours {
            check(header(name) == Some(without_spaces(value)), name, &header(name), &value)?;
        }
    }
    for name in expected["forbidHeaders"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        check(header(name).is_none(), name, &header(name), &"none")?;
    }
    Ok(())
}
