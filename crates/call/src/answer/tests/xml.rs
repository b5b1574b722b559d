use serde_json::json;

use super::super::{Problem, root_text};
use super::fixtures::{Fixture, structure};

fn ec2(members: &[(&str, &str)]) -> Fixture {
    Fixture::new("ec2", json!({ "Output": structure(members) }))
}

#[test]
fn scalars_have_the_types_of_the_model() {
    let fixture = ec2(&[
        ("text", "String"),
        ("whole", "Integer"),
        ("wide", "Long"),
        ("part", "Double"),
        ("is", "Boolean"),
        ("bytes", "Blob"),
        ("at", "Timestamp"),
    ]);
    let answer = fixture.read(
        "<AskResponse><text> a b </text><whole> 7 </whole><wide>-9223372036854775808</wide><part>1.50</part>\
         <is>true</is><bytes>aGk=</bytes><at>2026-01-02T03:04:05.000Z</at></AskResponse>",
    );
    let expected = json!({
        "text": " a b ", "whole": 7, "wide": i64::MIN, "part": 1.5, "is": true, "bytes": "aGk=",
        "at": "2026-01-02T03:04:05+00:00",
    });
    assert_eq!(answer, Ok(expected));
}

#[test]
fn whole_numbers_beyond_64_bits_stay_text() {
    let fixture = ec2(&[("a", "Long"), ("b", "Long")]);
    let answer =
        fixture.read("<R><a>18446744073709551615</a><b>-170141183460469231731687303715884105728</b></R>");
    let expected = json!({ "a": u64::MAX, "b": "-170141183460469231731687303715884105728" });
    assert_eq!(answer, Ok(expected));
}

#[test]
fn numbers_that_json_has_not_are_texts() {
    let fixture = ec2(&[("a", "Double"), ("b", "Double"), ("c", "Double")]);
    let answer = fixture.read("<R><a>NaN</a><b>Infinity</b><c>-Infinity</c></R>");
    assert_eq!(answer, Ok(json!({ "a": "NaN", "b": "Infinity", "c": "-Infinity" })));
}

#[test]
fn entities_character_references_and_cdata_are_text() {
    let fixture = ec2(&[("text", "String")]);
    let body = "<R><text>a &lt;b&gt; &amp;amp; &quot;&apos; &#65;&#x1F600;<!-- no --><![CDATA[<&amp;>]]>\r\nz</text></R>";
    assert_eq!(fixture.read(body), Ok(json!({ "text": "a <b> &amp; \"' A😀<&amp;>\nz" })));
}

#[test]
fn an_empty_element_is_an_empty_text_and_an_absent_one_is_absent() {
    let fixture = ec2(&[("a", "String"), ("b", "String"), ("c", "Strings"), ("d", "String")]);
    let answer = fixture.read("<R><a/><b></b><c/></R>");
    assert_eq!(answer, Ok(json!({ "a": "", "b": "", "c": [] })));
}

#[test]
fn members_come_in_any_order_under_any_prefix_and_unknown_ones_are_dropped() {
    let fixture = ec2(&[("a", "String"), ("b", "String"), ("c", "String")]);
    let answer = fixture.read(
        "<?xml version=\"1.0\"?><x:R xmlns:x=\"urn:x\"><x:c>3</x:c><new><a>inner</a></new><x:a>1</x:a><x:b>2</x:b></x:R>",
    );
    assert_eq!(answer, Ok(json!({ "a": "1", "b": "2", "c": "3" })));
}

#[test]
fn of_an_element_that_comes_twice_the_first_counts() {
    let fixture = ec2(&[("a", "String"), ("list", "Strings")]);
    let answer = fixture.read("<R><a>1</a><list><i>x</i></list><a>2</a><list><i>y</i></list></R>");
    assert_eq!(answer, Ok(json!({ "a": "1", "list": ["x"] })));
}

#[test]
fn a_flattened_list_may_have_other_members_between_its_elements() {
    let shapes = json!({
        "Output": { "type": "structure", "members": {
            "Keys": { "shape": "Flat", "locationName": "Key" }, "Other": { "shape": "String" },
            "Named": { "shape": "FlatNamed" },
        } },
        "Flat": { "type": "list", "member": { "shape": "String" }, "flattened": true },
        "FlatNamed": { "type": "list", "member": { "shape": "String", "locationName": "item" }, "flattened": true },
    });
    let fixture = Fixture::new("rest-xml", shapes);
    let answer = fixture
        .read("<R><Key>1</Key><item>a</item><Other>x</Other><Key>2</Key><item>b</item><Key>3</Key></R>");
    assert_eq!(answer, Ok(json!({ "Keys": ["1", "2", "3"], "Named": ["a", "b"], "Other": "x" })));
}

#[test]
fn maps_have_entries_with_names_of_their_own_flattened_or_not() {
    let shapes = json!({
        "Output": { "type": "structure", "members": {
            "Plain": { "shape": "StringMap" }, "Named": { "shape": "Named" }, "Flat": { "shape": "Flat" },
        } },
        "Named": { "type": "map", "key": { "shape": "String", "locationName": "K" },
                   "value": { "shape": "Integer", "locationName": "V" } },
        "Flat": { "type": "map", "key": { "shape": "String" }, "value": { "shape": "String" }, "flattened": true },
    });
    let fixture = Fixture::new("rest-xml", shapes);
    let answer = fixture.read(
        "<R><Plain><entry><key>a</key><value>1</value></entry><entry><value>2</value><key>b</key></entry></Plain>\
         <Flat><key>x</key><value>y</value></Flat><Named><entry><K>n</K><V>5</V></entry></Named>\
         <Flat><key>z</key><value>w</value></Flat></R>",
    );
    let expected =
        json!({ "Plain": { "a": "1", "b": "2" }, "Named": { "n": 5 }, "Flat": { "x": "y", "z": "w" } });
    assert_eq!(answer, Ok(expected));
}

#[test]
fn attributes_are_found_under_any_prefix_of_theirs() {
    let shapes = json!({
        "Output": { "type": "structure", "members": { "Grantee": { "shape": "Grantee" } } },
        "Grantee": { "type": "structure", "members": {
            "ID": { "shape": "String" },
            "Type": { "shape": "String", "locationName": "xsi:type", "xmlAttribute": true },
        } },
    });
    let fixture = Fixture::new("rest-xml", shapes);
    for prefix in ["xsi", "i"] {
        let answer = fixture.read(format!(
            "<R><Grantee xmlns:{prefix}=\"http://www.w3.org/2001/XMLSchema-instance\" type=\"no\" \
             {prefix}:type=\"Canonical&amp;User\"><ID>1</ID></Grantee></R>"
        ));
        assert_eq!(answer, Ok(json!({ "Grantee": { "ID": "1", "Type": "Canonical&User" } })), "{prefix}");
    }
}

#[test]
fn the_wrapper_is_the_operations_and_what_is_beside_it_is_passed_over() {
    let fixture = Fixture::with_operation(
        "query",
        json!({ "Output": structure(&[("a", "String")]) }),
        json!({ "output": { "shape": "Output", "resultWrapper": "OtherResult" } }),
    );
    let answer = fixture.read(
        "<AskResponse><ResponseMetadata><a>no</a></ResponseMetadata><OtherResult><a>yes</a></OtherResult>\
         <OtherResult><a>again</a></OtherResult></AskResponse>",
    );
    assert_eq!(answer, Ok(json!({ "a": "yes" })));
    let error = fixture.read("<AskResponse><AskResult><a>no</a></AskResult></AskResponse>").unwrap_err();
    assert_eq!(error.problem(), &Problem::Missing { element: "<OtherResult>".into() });
}

#[test]
fn a_wrapper_without_content_is_an_answer_without_members() {
    let fixture = Fixture::with_operation(
        "query",
        json!({ "Output": structure(&[("a", "String")]) }),
        json!({ "output": { "shape": "Output", "resultWrapper": "AskResult" } }),
    );
    assert_eq!(fixture.read("<AskResponse><AskResult/></AskResponse>"), Ok(json!({})));
}

#[test]
fn a_union_with_a_member_that_is_not_known_says_which() {
    let shapes = json!({
        "Output": structure(&[("u", "Union")]),
        "Union": { "type": "structure", "union": true, "members": { "A": { "shape": "String" } } },
    });
    let fixture = Fixture::new("rest-xml", shapes);
    let unknown = json!({ "u": { "SDK_UNKNOWN_MEMBER": { "name": "B" } } });
    assert_eq!(fixture.read("<R><u><B>1</B></u></R>"), Ok(unknown));
    assert_eq!(fixture.read("<R><u><A>1</A></u></R>"), Ok(json!({ "u": { "A": "1" } })));
}

#[test]
fn members_of_query_and_path_are_in_the_body_of_an_answer() {
    let shapes = json!({ "Output": { "type": "structure", "members": {
        "Q": { "shape": "String", "location": "querystring", "locationName": "Q" },
        "U": { "shape": "String", "location": "uri", "locationName": "U" },
        "H": { "shape": "String", "location": "header", "locationName": "H" },
    } } });
    let fixture = Fixture::new("rest-xml", shapes.clone());
    assert_eq!(fixture.read("<R><Q>1</Q><U>2</U><H>no</H></R>"), Ok(json!({ "Q": "1", "U": "2" })));
    let fixture = Fixture::new("rest-json", shapes);
    assert_eq!(fixture.read(r#"{"Q":"1","U":"2"}"#), Ok(json!({ "Q": "1", "U": "2" })));
}

#[test]
fn an_answer_may_be_the_text_of_its_root() {
    let body =
        "<?xml version=\"1.0\"?>\n<LocationConstraint xmlns=\"urn:s3\">eu-central-1</LocationConstraint>";
    assert_eq!(root_text(body.as_bytes()).as_deref(), Ok("eu-central-1"));
    assert_eq!(root_text(b"<LocationConstraint/>").as_deref(), Ok(""));
    assert!(root_text(b"<LocationConstraint>").is_err());
}
