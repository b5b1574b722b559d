use serde_json::{Value, json};

use super::fixtures::{Fixture, merge, structure};

fn fixture(protocol: &str) -> Fixture {
    let mut too_many = structure(&[("message", "String"), ("Limit", "Integer")]);
    merge(&mut too_many, json!({ "exception": true }));
    let mut renamed = structure(&[("Why", "String")]);
    merge(
        &mut renamed,
        json!({ "exception": true, "error": { "code": "Svc.Renamed", "httpStatusCode": 409 } }),
    );
    let shapes = json!({
        "Output": structure(&[]), "TooMany": too_many, "RenamedException": renamed,
        "Elsewhere": { "type": "structure", "exception": true, "members": {
            "Retry": { "shape": "Integer", "location": "header", "locationName": "Retry-After" },
        } },
    });
    Fixture::with_operation(
        protocol,
        shapes,
        json!({ "errors": [{ "shape": "TooMany" }, { "shape": "RenamedException" }] }),
    )
}

fn code(fixture: &Fixture, status: u16, headers: &[(&str, &str)], body: &str) -> String {
    fixture.error(status, headers, body).code.unwrap()
}

#[test]
fn an_error_of_ec2_is_in_errors_of_a_response() {
    let error = fixture("ec2").error(
        400,
        &[],
        "<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code><Message>no &quot;i-1&quot;</Message>\
         </Error></Errors><RequestID>r-1</RequestID></Response>",
    );
    assert_eq!(error.code.as_deref(), Some("InvalidInstanceID.NotFound"));
    assert_eq!(error.message.as_deref(), Some("no \"i-1\""));
    assert_eq!(error.request_id.as_deref(), Some("r-1"));
    assert_eq!(error.members, json!({}));
}

#[test]
fn an_error_of_query_is_in_an_error_response_and_its_members_have_types() {
    let error = fixture("query").error(
        400,
        &[],
        "<ErrorResponse xmlns=\"urn:x\"><Error><Limit>5</Limit><Type>Sender</Type><Code>TooMany</Code>\
         <message>slow down</message></Error><RequestId>r-1</RequestId></ErrorResponse>",
    );
    assert_eq!(error.code.as_deref(), Some("TooMany"));
    assert_eq!(error.message.as_deref(), Some("slow down"));
    assert_eq!(error.request_id.as_deref(), Some("r-1"));
    assert_eq!(error.members, json!({ "Limit": 5, "message": "slow down" }));
}

#[test]
fn an_error_of_s3_has_nothing_around_it_and_what_the_model_lacks_is_kept() {
    let error = fixture("rest-xml").error(
        301,
        &[("x-amz-request-id", "from-header")],
        "<?xml version=\"1.0\"?><Error><Code>PermanentRedirect</Code><Message>elsewhere</Message>\
         <Endpoint>b.s3.amazonaws.com</Endpoint><RequestId>r</RequestId><HostId>h</HostId></Error>",
    );
    assert_eq!(error.code.as_deref(), Some("PermanentRedirect"));
    assert_eq!(error.request_id.as_deref(), Some("from-header"));
    assert_eq!(error.members, json!({ "Endpoint": "b.s3.amazonaws.com" }));
}

#[test]
fn the_code_of_json_is_cut_at_the_address_and_after_the_namespace() {
    for (body, expected) in [
        (r#"{"__type":"TooMany"}"#, "TooMany"),
        (r#"{"__type":"com.amazonaws.x.v20260101#TooMany"}"#, "TooMany"),
        (r#"{"__type":"x#y#TooMany"}"#, "TooMany"),
        (r#"{"__type":"x#TooMany:http://internal.amazon.com/coral/x#y/"}"#, "TooMany"),
    ] {
        assert_eq!(code(&fixture("json"), 400, &[], body), expected, "{body}");
    }
    let header = [("X-Amzn-ErrorType", "TooMany:http://internal/")];
    assert_eq!(code(&fixture("rest-json"), 400, &header, "{}"), "TooMany");
    assert_eq!(code(&fixture("json"), 400, &header, "{}"), "TooMany");
}

#[test]
fn sources_of_a_code_have_an_order() {
    let header = [("x-amzn-errortype", "Header")];
    let all = r#"{"__type":"Type","code":"Code"}"#;
    assert_eq!(code(&fixture("rest-json"), 400, &header, all), "Header");
    assert_eq!(code(&fixture("rest-json"), 400, &[], all), "Code");
    assert_eq!(code(&fixture("rest-json"), 400, &[], r#"{"__type":"Type","code":7}"#), "Type");
    assert_eq!(code(&fixture("json"), 400, &header, all), "Type");
    assert_eq!(code(&fixture("json"), 400, &[], r#"{"Code":"Code"}"#), "Code");
}

#[test]
fn the_code_of_a_former_query_service_is_the_one_it_had_and_the_shape_that_of_the_body() {
    let error = fixture("json").error(
        400,
        &[("x-amzn-query-error", "AWS.SimpleQueueService.TooMany;Sender")],
        r#"{"__type":"com.amazonaws.sqs#TooMany","message":"m","Limit":"6"}"#,
    );
    assert_eq!(error.code.as_deref(), Some("AWS.SimpleQueueService.TooMany"));
    assert_eq!(error.members, json!({ "message": "m", "Limit": 6 }));
}

#[test]
fn an_error_is_found_by_its_code_on_the_wire_also_if_another_operation_has_it() {
    let error = fixture("query").error(
        409,
        &[],
        "<ErrorResponse><Error><Code>Svc.Renamed</Code><Why>because</Why></Error></ErrorResponse>",
    );
    assert_eq!(error.members, json!({ "Why": "because" }));
    let error = fixture("rest-json").error(
        429,
        &[("x-amzn-errortype", "Elsewhere"), ("retry-after", "9"), ("x-amzn-requestid", "r")],
        "",
    );
    assert_eq!(error.members, json!({ "Retry": 9 }));
    assert_eq!(error.request_id.as_deref(), Some("r"));
}

#[test]
fn without_a_code_the_status_is_one() {
    let pages: [&[u8]; 6] = [
        b"",
        b"<html><body>Bad gateway</body></html>",
        b"<!DOCTYPE html><html>",
        b"\xff\xfe",
        b"{",
        b"<Error><Co",
    ];
    for protocol in ["ec2", "query", "json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"] {
        for body in pages {
            let error = fixture(protocol).error(404, &[], body);
            assert_eq!(error.code.as_deref(), Some("404"), "{protocol} {body:?}");
            assert_eq!(error.message.as_deref(), Some("Not Found"), "{protocol} {body:?}");
        }
    }
}

#[test]
fn what_an_error_said_before_it_broke_off_is_told() {
    let error = fixture("rest-xml").error(503, &[], "<Error><Code>SlowDown</Code><Message>Pl");
    assert_eq!(error.code.as_deref(), Some("SlowDown"));
}

#[test]
fn messages_are_found_in_both_spellings() {
    for body in [r#"{"message":"m"}"#, r#"{"Message":"m"}"#] {
        let error = fixture("json").error(400, &[], body);
        assert_eq!(error.message.as_deref(), Some("m"), "{body}");
        assert_eq!(error.members, Value::Object(serde_json::Map::new()));
    }
}
