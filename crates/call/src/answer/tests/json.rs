use serde_json::{Value, json};

use super::fixtures::{Fixture, structure};

fn fixture(members: &[(&str, &str)]) -> Fixture {
    Fixture::new("json", json!({ "Output": structure(members) }))
}

#[test]
fn null_is_absent_except_in_lists_and_sparse_maps() {
    let shapes = json!({
        "Output": structure(&[("a", "String"), ("list", "Strings"), ("map", "StringMap"), ("sparse", "Sparse")]),
        "Sparse": { "type": "map", "key": { "shape": "String" }, "value": { "shape": "String" }, "sparse": true },
    });
    let fixture = Fixture::new("json", shapes);
    let answer = fixture
        .read(r#"{"a":null,"list":["x",null,"y"],"map":{"k":null,"l":"v"},"sparse":{"k":null,"l":"v"}}"#);
    let expected =
        json!({ "list": ["x", null, "y"], "map": { "l": "v" }, "sparse": { "k": null, "l": "v" } });
    assert_eq!(answer, Ok(expected));
    assert_eq!(fixture.read("null"), Ok(json!({})));
}

#[test]
fn nothing_at_all_is_an_answer_without_members() {
    let fixture = fixture(&[("a", "String")]);
    for body in ["", " \r\n", "{}"] {
        assert_eq!(fixture.read(body), Ok(json!({})), "{body:?}");
    }
}

#[test]
fn members_have_their_names_on_the_wire_and_unknown_ones_are_dropped() {
    let shapes = json!({ "Output": { "type": "structure", "members": {
        "Name": { "shape": "String", "locationName": "name" }, "Other": { "shape": "Integer" },
    } } });
    let fixture = Fixture::new("rest-json", shapes);
    let answer = fixture.read(r#"{"new":[{"name":"no"}],"Other":1,"name":"yes","Name":"no"}"#);
    assert_eq!(answer, Ok(json!({ "Name": "yes", "Other": 1 })));
}

#[test]
fn of_a_member_that_comes_twice_the_first_counts() {
    let fixture = fixture(&[("a", "Integer"), ("m", "StringMap")]);
    assert_eq!(
        fixture.read(r#"{"a":1,"m":{"k":"1","k":"2"},"a":2}"#),
        Ok(json!({ "a": 1, "m": { "k": "1" } }))
    );
}

#[test]
fn numbers_keep_every_digit() {
    let fixture = fixture(&[("a", "Long"), ("b", "Long"), ("c", "Long"), ("d", "Double"), ("e", "Integer")]);
    let answer = fixture
        .read(r#"{"a":9007199254740993,"b":18446744073709551615,"c":-99999999999999999999,"d":0.1,"e":2.0}"#);
    let expected = json!({
        "a": 9_007_199_254_740_993_i64, "b": u64::MAX, "c": "-99999999999999999999", "d": 0.1, "e": 2,
    });
    assert_eq!(answer, Ok(expected));
}

#[test]
fn scalars_of_another_kind_stay_as_they_came() {
    let fixture =
        fixture(&[("s", "String"), ("i", "Integer"), ("b", "Boolean"), ("d", "Double"), ("t", "Boolean")]);
    let answer = fixture.read(r#"{"s":5,"i":"6","b":1,"d":"NaN","t":"true"}"#);
    assert_eq!(answer, Ok(json!({ "s": 5, "i": 6, "b": 1, "d": "NaN", "t": true })));
}

#[test]
fn texts_with_escapes_are_unescaped() {
    let fixture = fixture(&[("a\"b", "String"), ("s", "String")]);
    let answer = fixture.read(r#"{"s":"\u00e9\ud83d\ude00\n\/\\","a\"b":"x"}"#);
    assert_eq!(answer, Ok(json!({ "s": "é😀\n/\\", "a\"b": "x" })));
}

#[test]
fn documents_come_as_they_are() {
    let fixture = fixture(&[("doc", "Document")]);
    let document = json!({ "a": [1, null, { "b": 1.5 }, "x", true], "n": null });
    assert_eq!(fixture.read(json!({ "doc": document }).to_string()), Ok(json!({ "doc": document })));
    for scalar in [json!("text"), json!(5), json!([1])] {
        assert_eq!(fixture.read(json!({ "doc": scalar }).to_string()), Ok(json!({ "doc": scalar })));
    }
}

#[test]
fn a_union_with_a_member_that_is_not_known_says_which() {
    let shapes = json!({
        "Output": structure(&[("u", "Union")]),
        "Union": { "type": "structure", "union": true, "members": {
            "A": { "shape": "String" }, "B": { "shape": "String" },
        } },
    });
    let fixture = Fixture::new("json", shapes);
    let of = |union: Value| fixture.read(json!({ "u": union }).to_string());
    let unknown = json!({ "u": { "SDK_UNKNOWN_MEMBER": { "name": "Z" } } });
    assert_eq!(of(json!({ "Z": { "A": "1" } })), Ok(unknown.clone()));
    assert_eq!(of(json!({ "__type": "x", "A": null, "Z": 1 })), Ok(unknown));
    assert_eq!(of(json!({ "__type": "x", "A": "1", "B": null })), Ok(json!({ "u": { "A": "1" } })));
}

#[test]
fn timestamps_of_every_form_are_utc_as_the_aws_cli_prints_them() {
    let fixture = fixture(&[("t", "Timestamp")]);
    let cases = [
        ("1767323045", "2026-01-02T03:04:05+00:00"),
        ("1767323045.0", "2026-01-02T03:04:05+00:00"),
        // The nearest double is 1767323045.759999990…: it is 760 milliseconds all the same.
        ("1767323045.76", "2026-01-02T03:04:05.760000+00:00"),
        ("1.767323045123457E9", "2026-01-02T03:04:05.123457+00:00"),
        ("1767323045.9999999", "2026-01-02T03:04:06+00:00"),
        ("-0.25", "1969-12-31T23:59:59.750000+00:00"),
        ("0", "1970-01-01T00:00:00+00:00"),
        ("\"1767323045.5\"", "2026-01-02T03:04:05.500000+00:00"),
        ("\"2026-01-02T03:04:05Z\"", "2026-01-02T03:04:05+00:00"),
        ("\"2026-01-02T03:04:05.000Z\"", "2026-01-02T03:04:05+00:00"),
        ("\"2026-01-02T03:04:05.7Z\"", "2026-01-02T03:04:05.700000+00:00"),
        ("\"2026-01-02T03:04:05.123456789Z\"", "2026-01-02T03:04:05.123456+00:00"),
        ("\"2026-01-02T05:04:05+02:00\"", "2026-01-02T03:04:05+00:00"),
        ("\"2026-01-31T23:30:00-01:00\"", "2026-02-01T00:30:00+00:00"),
        ("\"2024-02-29T12:00:00Z\"", "2024-02-29T12:00:00+00:00"),
        ("\"2026-01-02T03:04:05\"", "2026-01-02T03:04:05+00:00"),
        ("\"2026-01-02\"", "2026-01-02T00:00:00+00:00"),
        ("\"Fri, 02 Jan 2026 03:04:05 GMT\"", "2026-01-02T03:04:05+00:00"),
        ("\"9999-12-31T23:59:59Z\"", "9999-12-31T23:59:59+00:00"),
        // No date at all: as it came.
        ("\"never\"", "never"),
        ("\"\"", ""),
        ("\"2026-02-31T00:00:00Z\"", "2026-02-31T00:00:00Z"),
    ];
    for (sent, told) in cases {
        assert_eq!(fixture.read(format!("{{\"t\":{sent}}}")), Ok(json!({ "t": told })), "{sent}");
    }
    for sent in ["1e300", "99999999999999", "-99999999999999999"] {
        let number: Value = serde_json::from_str(sent).unwrap();
        assert_eq!(fixture.read(format!("{{\"t\":{sent}}}")), Ok(json!({ "t": number })), "{sent}");
    }
}

#[test]
fn blobs_stay_base64_and_have_to_be() {
    let fixture = fixture(&[("b", "Blob")]);
    for sent in ["aGk=", "aGk", "", "/+8="] {
        assert_eq!(fixture.read(json!({ "b": sent }).to_string()), Ok(json!({ "b": sent })));
    }
    let error = fixture.read(r#"{"b":"s3cret!"}"#).unwrap_err().to_string();
    assert_eq!(error, "the answer has other text where base64 should be (at b)");
}
