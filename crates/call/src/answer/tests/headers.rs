use serde_json::{Value, json};

use super::fixtures::{Fixture, merge};

fn header(shape: &str, more: Value) -> Fixture {
    let mut member = json!({ "shape": shape, "location": "header", "locationName": "X-It" });
    merge(&mut member, more);
    let shapes = json!({
        "Output": { "type": "structure", "members": { "It": member, "Body": { "shape": "String" } } },
        "Integers": { "type": "list", "member": { "shape": "Integer" } },
        "Times": { "type": "list", "member": { "shape": "Timestamp" } },
        "IsoTimes": { "type": "list", "member": { "shape": "IsoTime" } },
        "IsoTime": { "type": "timestamp", "timestampFormat": "iso8601" },
    });
    Fixture::new("rest-json", shapes)
}

#[test]
fn headers_have_the_types_of_the_model_whatever_their_case() {
    let cases = [
        ("String", " a b", json!(" a b")),
        ("String", "", json!("")),
        ("Integer", "-7", json!(-7)),
        ("Boolean", "true", json!(true)),
        ("Double", "1.5", json!(1.5)),
        ("Timestamp", "Fri, 02 Jan 2026 03:04:05 GMT", json!("2026-01-02T03:04:05+00:00")),
        ("Strings", "a, b,c ,\"d,e\", \"\\\"f\\\"\"", json!(["a", "b", "c", "d,e", "\"f\""])),
        ("Strings", "\"open", json!(["\"open"])),
        ("Integers", "1, 2", json!([1, 2])),
        (
            "Times",
            "Fri, 02 Jan 2026 03:04:05 GMT, Sat, 03 Jan 2026 00:00:00 GMT",
            json!(["2026-01-02T03:04:05+00:00", "2026-01-03T00:00:00+00:00"]),
        ),
        (
            "IsoTimes",
            "2026-01-02T03:04:05Z,2026-01-03T00:00:00Z",
            json!(["2026-01-02T03:04:05+00:00", "2026-01-03T00:00:00+00:00"]),
        ),
    ];
    for (shape, sent, told) in cases {
        let fixture = header(shape, json!({}));
        for name in ["X-It", "x-it", "X-IT"] {
            let answer = fixture.read_with(200, &[(name, sent)], r#"{"Body":"b"}"#);
            assert_eq!(answer, Ok(json!({ "It": told, "Body": "b" })), "{shape} {sent:?}");
        }
    }
}

#[test]
fn a_header_that_is_empty_or_missing_is_absent_unless_it_is_text() {
    for shape in ["Integer", "Boolean", "Timestamp", "Double"] {
        assert_eq!(header(shape, json!({})).read_with(200, &[("x-it", " ")], ""), Ok(json!({})), "{shape}");
    }
    assert_eq!(header("String", json!({})).read_with(200, &[], ""), Ok(json!({})));
}

#[test]
fn a_header_of_the_wrong_form_is_an_error_with_its_name() {
    let error = header("Integer", json!({})).read_with(200, &[("x-it", "many")], "").unwrap_err();
    assert_eq!(error.to_string(), "the answer has other text where a whole number should be (at It)");
}

#[test]
fn a_json_header_is_json() {
    let fixture = header("String", json!({ "jsonvalue": true }));
    // {"a":[1]}
    let answer = fixture.read_with(200, &[("x-it", "eyJhIjpbMV19")], "");
    assert_eq!(answer, Ok(json!({ "It": { "a": [1] } })));
    assert!(fixture.read_with(200, &[("x-it", "no")], "").is_err());
}

#[test]
fn headers_with_a_prefix_are_a_map_by_the_rest_of_their_names() {
    let shapes = json!({ "Output": { "type": "structure", "payload": "Body", "members": {
        "Metadata": { "shape": "StringMap", "location": "headers", "locationName": "x-amz-meta-" },
        "Status": { "shape": "Integer", "location": "statusCode" },
        "Body": { "shape": "Blob", "streaming": true },
    } } });
    let fixture = Fixture::new("rest-xml", shapes);
    let headers = [("X-Amz-Meta-color", "red"), ("x-amz-meta-size", "5"), ("etag", "x")];
    let answer = fixture.read_with(206, &headers, "hi");
    let expected = json!({ "Metadata": { "color": "red", "size": "5" }, "Status": 206, "Body": "aGk=" });
    assert_eq!(answer, Ok(expected));
}

#[test]
fn a_payload_is_the_whole_body() {
    let payload = |shape: &str, streaming: bool| {
        let body = json!({ "shape": shape, "streaming": streaming });
        let shapes = json!({
            "Output": { "type": "structure", "payload": "Body", "members": { "Body": body } },
            "Inner": { "type": "structure", "members": { "a": { "shape": "Integer" } } },
        });
        (Fixture::new("rest-json", shapes.clone()), Fixture::new("rest-xml", shapes))
    };
    let (json_text, xml_text) = payload("String", false);
    assert_eq!(json_text.read("<html> {"), Ok(json!({ "Body": "<html> {" })));
    assert_eq!(xml_text.read("plain"), Ok(json!({ "Body": "plain" })));
    assert_eq!(json_text.read(""), Ok(json!({})));
    assert!(json_text.read(b"\xff").is_err());
    let (blob, _) = payload("Blob", false);
    assert_eq!(blob.read(b"\x00\xff"), Ok(json!({ "Body": "AP8=" })));
    assert_eq!(blob.read(""), Ok(json!({})));
    // A stream is there even if it is empty.
    assert_eq!(payload("Blob", true).0.read(""), Ok(json!({ "Body": "" })));
    let (json_inner, xml_inner) = payload("Inner", false);
    assert_eq!(json_inner.read(r#"{"a":1}"#), Ok(json!({ "Body": { "a": 1 } })));
    assert_eq!(xml_inner.read("<Whatever><a>1</a></Whatever>"), Ok(json!({ "Body": { "a": 1 } })));
    assert_eq!(xml_inner.read(""), Ok(json!({})));
    let (document, _) = payload("Document", false);
    assert_eq!(document.read("[1,null]"), Ok(json!({ "Body": [1, null] })));
}
