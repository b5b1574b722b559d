//! Answers that are not what they should be: a clear error each, or what the module's documentation says.

use fastrand::Rng;
use serde_json::{Value, json};

use super::super::{AnswerError, Problem};
use super::fixtures::{Fixture, body, structure};
use super::items::{answer, reservations};

const PROTOCOLS: [&str; 5] = ["rest-xml", "query", "json", "rest-json", "smithy-rpc-v2-cbor"];
const PATH: &[&str] = &["Reservations.Instances"];

/// What the whole and the items say of a body has to agree.
fn read_both(fixture: &Fixture, body: &[u8]) -> Result<Value, AnswerError> {
    let whole = fixture.read(body);
    let items = fixture.try_items(PATH, body).and_then(Iterator::collect::<Result<Vec<Value>, AnswerError>>);
    if let Ok(whole) = &whole {
        let lists = whole["Reservations"].as_array().into_iter().flatten();
        let expected: Vec<Value> =
            lists.flat_map(|list| list["Instances"].as_array().cloned().unwrap_or_default()).collect();
        assert_eq!(items, Ok(expected), "{}", String::from_utf8_lossy(body));
    }
    whole
}

#[test]
fn an_answer_cut_anywhere_is_an_error_that_says_so() {
    let mut cases = 0;
    for protocol in PROTOCOLS {
        let fixture = reservations(protocol);
        let whole = body(protocol, &answer());
        let end = whole.trim_ascii_end().len();
        for cut in 1..end {
            let error = fixture.read(&whole[..cut]).unwrap_err();
            assert!(error.is_truncated(), "{protocol} cut at {cut}: {error}");
            cases += 1;
        }
    }
    assert!(cases > 1_500, "{cases}");
}

#[test]
fn a_web_page_is_told_as_one_whatever_was_asked() {
    let pages = [
        "<html><body>Sign in</body></html>",
        "<!DOCTYPE html>\n<html><head><meta charset=utf-8></head><br></html>",
        "<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\"><HTML>",
        "\n  <HTML lang=\"en\"><p>unclosed",
    ];
    for protocol in PROTOCOLS {
        for page in pages {
            let error = read_both(&reservations(protocol), page.as_bytes()).unwrap_err();
            assert_eq!(error.problem(), &Problem::Html, "{protocol} {page}");
            // Neither is one an answer to an operation that says nothing.
            let silent = Fixture::with_operation(
                protocol,
                json!({ "Output": structure(&[]) }),
                json!({ "output": null }),
            );
            assert_eq!(silent.read(page).unwrap_err().problem(), &Problem::Html, "{protocol} {page}");
        }
    }
}

#[test]
fn an_error_document_with_a_status_of_success_is_told_as_one() {
    for (protocol, body) in [
        ("rest-xml", "<Error><Code>InternalError</Code></Error>"),
        ("query", "<ErrorResponse><Error/></ErrorResponse>"),
        ("ec2", "<Response><Errors><Error/></Errors></Response>"),
    ] {
        let error = reservations(protocol).read(body).unwrap_err();
        assert!(error.is_error_document(), "{protocol}: {error}");
    }
}

#[test]
fn values_of_the_wrong_kind_are_errors_with_their_path() {
    let fixture = reservations("json");
    let fixture_cbor = reservations("smithy-rpc-v2-cbor");
    let cases = [
        (json!([]), ""),
        (json!("text"), ""),
        (json!(5), ""),
        (json!({ "Reservations": {} }), "Reservations"),
        (json!({ "Reservations": "x" }), "Reservations"),
        (json!({ "Reservations": [{ "Id": [] }] }), "Reservations[0].Id"),
        (json!({ "Reservations": [{}, { "Id": { "a": 1 } }] }), "Reservations[1].Id"),
        (json!({ "Reservations": [{ "Instances": [1] }] }), "Reservations[0].Instances[0]"),
        (
            json!({ "Reservations": [{ "Instances": [{ "Cores": "x" }] }] }),
            "Reservations[0].Instances[0].Cores",
        ),
        (json!({ "Tags": [] }), "Tags"),
        (json!({ "Tags": { "k": ["v"] } }), "Tags.k"),
        (json!({ "Page": true }), "Page"),
        (json!({ "Names": [[]] }), "Names[0]"),
    ];
    for (value, path) in cases {
        for (fixture, protocol) in [(&fixture, "json"), (&fixture_cbor, "smithy-rpc-v2-cbor")] {
            let error = read_both(fixture, &body(protocol, &value)).unwrap_err();
            assert!(matches!(error.problem(), Problem::Kind { .. }), "{value}: {error}");
            assert_eq!(error.path(), path, "{value}");
        }
    }
}

#[test]
fn texts_of_the_wrong_form_are_errors_with_their_path() {
    let members = [("i", "Integer"), ("d", "Double"), ("b", "Boolean"), ("x", "Blob")];
    let fixture = Fixture::new("ec2", json!({ "Output": structure(&members) }));
    let texts = ["", "x", "1x", "0x10", "--1", "1,0", "1 2", "inf", "yes", "&amp;", "é", "<c>1</c>"];
    for (name, kind) in members {
        for text in texts {
            let read = fixture.read(format!("<R><{name}>{text}</{name}></R>"));
            // With or without padding, these are base64.
            if kind == "Blob" && ["", "1x", "1 2", "yes", "0x10", "inf", "<c>1</c>"].contains(&text) {
                continue;
            }
            let error = read.expect_err(text);
            assert_eq!(error.path(), name, "{name} {text}: {error}");
        }
    }
}

#[test]
fn nesting_without_measure_is_refused_everywhere() {
    let shapes = json!({
        "Output": structure(&[("Inner", "Output"), ("List", "Lists"), ("Doc", "Document"), ("Text", "String")]),
        "Lists": { "type": "list", "member": { "shape": "Lists" } },
    });
    let xml = Fixture::new("rest-xml", shapes.clone());
    let deep = |name: &str| format!("<R>{}", format!("<{name}>").repeat(10_000));
    let lists = format!("<R><List>{}", "<m>".repeat(10_000));
    let text = format!("<R><Text>{}", "<x>".repeat(10_000));
    for body in [deep("Inner"), deep("Unknown"), lists, text] {
        assert_eq!(xml.read(&body).unwrap_err().problem(), &Problem::TooDeep, "{}", &body[..30]);
    }
    let json = Fixture::new("json", shapes.clone());
    let inner = "{\"Inner\":".repeat(10_000);
    let list = format!("{{\"List\":{}", "[".repeat(10_000));
    let document = format!("{{\"Doc\":{}", "{\"a\":[".repeat(10_000));
    let unknown = format!("{{\"Unknown\":{}", "[".repeat(10_000));
    for body in [inner, list, document, unknown] {
        assert_eq!(json.read(&body).unwrap_err().problem(), &Problem::TooDeep, "{}", &body[..30]);
    }
    let cbor = Fixture::new("smithy-rpc-v2-cbor", shapes);
    let mut body = vec![0xa1, 0x64];
    body.extend(b"List");
    body.extend([0x81; 10_000]);
    assert_eq!(cbor.read(&body).unwrap_err().problem(), &Problem::TooDeep);
    // What AWS nests is far from it.
    let nested = format!("<R>{}{}</R>", "<Inner>".repeat(120), "</Inner>".repeat(120));
    assert!(xml.read(&nested).is_ok());
    let nested = format!("{}1{}", "{\"Inner\":".repeat(120), "}".repeat(120)).replace('1', "{}");
    assert!(json.read(&nested).is_ok());
}

#[test]
fn definitions_of_entities_are_refused() {
    let fixture = reservations("rest-xml");
    let bomb = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]><R><Before>&lol2;</Before></R>";
    assert_eq!(read_both(&fixture, bomb.as_bytes()).unwrap_err().problem(), &Problem::DocumentType);
    let outside = "<!DOCTYPE R SYSTEM \"file:///etc/passwd\"><R><Before>x</Before></R>";
    assert_eq!(read_both(&fixture, outside.as_bytes()).unwrap_err().problem(), &Problem::DocumentType);
    for body in
        ["<R><Before>&lol;</Before></R>", "<R><Before>&#xD800;</Before></R>", "<R><Before>a & b</Before></R>"]
    {
        let error = read_both(&fixture, body.as_bytes()).unwrap_err();
        assert!(matches!(error.problem(), Problem::Malformed { .. }), "{body}: {error}");
    }
}

#[test]
fn garbage_is_an_error() {
    let bodies: [(&str, &[u8]); 35] = [
        ("json", b"{\"Before\":\"\xff\"}"),
        ("json", b"{\"Before\":\"a\nb\"}"),
        ("json", b"{\"Before\":\"\\ud800\"}"),
        ("json", b"{\"Before\":\"\\q\"}"),
        ("json", b"{\"Before\":tru}"),
        ("json", b"{\"Before\":01}"),
        ("json", b"{\"Before\":-}"),
        ("json", b"{\"Before\":1.}"),
        ("json", b"{\"Before\":.5}"),
        ("json", b"{\"Before\":+1}"),
        ("json", b"{\"Before\":NaN}"),
        ("json", b"{\"Before\" \"x\"}"),
        ("json", b"{\"Before\":\"x\" \"Token\":\"y\"}"),
        ("json", b"{\"Before\":\"x\",}"),
        ("json", b"{,}"),
        ("json", b"{Before:1}"),
        ("json", b"{\"Names\":[1 2]}"),
        ("json", b"{\"Names\":[1,]}"),
        ("json", b"{\"Names\":[,1]}"),
        ("json", b"{\"Names\":[1}"),
        ("json", b"{}{}"),
        ("json", b"{} x"),
        ("json", b"\xef\xbb\xbf{}"),
        ("json", b"'single'"),
        ("rest-xml", b"<R><Before>\xff</Before></R>"),
        ("rest-xml", b"<R><Before>x</After></R>"),
        ("rest-xml", b"<R></R><R></R>"),
        ("rest-xml", b"<R></R>trailing"),
        ("rest-xml", b"plain text"),
        ("rest-xml", b"{\"json\":true}"),
        ("rest-xml", b"<R><Tags><entry><value>v</value></entry></Tags></R>"),
        ("smithy-rpc-v2-cbor", b"{}"),
        ("smithy-rpc-v2-cbor", b"\xa1\x01\x02"),
        ("smithy-rpc-v2-cbor", b"\xa0\xa0"),
        ("smithy-rpc-v2-cbor", b"\xbf\x66Before\xff"),
    ];
    for (protocol, body) in bodies {
        let shown = String::from_utf8_lossy(body);
        let error = read_both(&reservations(protocol), body).expect_err(&shown);
        assert!(error.to_string().len() > 20, "{shown}: {error}");
    }
}

#[test]
fn what_is_wrong_around_the_items_is_an_error_after_them() {
    let bodies: [(&str, &[u8]); 9] = [
        ("json", b"{\"Names\":[\"a\"]}{}"),
        ("json", b"{\"Names\":[\"a\"]}]"),
        ("json", b"{\"Names\":[\"a\"}"),
        ("rest-xml", b"<R><Names><m>a</m></Names></R>x"),
        ("rest-xml", b"<R><Names><m>a</m></Names></R><R/>"),
        ("rest-xml", b"<R><Names><m>a</m></Other></R>"),
        ("rest-xml", b"<R><Names><m>a</m></Names></Other>"),
        ("query", b"<R><AskResult><Names><m>a</m></Names></Other></R>"),
        ("smithy-rpc-v2-cbor", b"\xa1\x65Names\x81\x61a\xa0"),
    ];
    for (protocol, body) in bodies {
        let mut reader = reservations(protocol).items(&["Names"], body);
        let shown = String::from_utf8_lossy(body);
        assert_eq!(reader.next(), Some(Ok(json!("a"))), "{shown}");
        assert!(matches!(reader.next(), Some(Err(_))), "{shown}");
        assert_eq!(reader.next(), None, "{shown}");
    }
}

/// Pieces that bodies are made of, so that what is made of them gets further than bytes at random.
const PIECES: [&[u8]; 48] = [
    b"<R>",
    b"</R>",
    b"<Reservations>",
    b"</Reservations>",
    b"<member>",
    b"</member>",
    b"<Instances>",
    b"</Instances>",
    b"<Id>",
    b"</Id>",
    b"<Names/>",
    b"<AskResult>",
    b"</AskResult>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?x",
    b"?>",
    b"<!DOCTYPE",
    b"&amp;",
    b"&#65;",
    b"&",
    b";",
    b"<",
    b">",
    b"/",
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\"Reservations\"",
    b"\"Instances\"",
    b"\"Id\"",
    b"\"Cores\"",
    b"null",
    b"true",
    b"-1.5e3",
    b"\\",
    b" ",
    b"\n",
    b"\xff",
    b"\xa1",
    b"\x81",
    b"\xbf",
];

#[test]
fn any_bytes_end_in_an_answer_or_an_error() {
    let mut random = Rng::with_seed(20_260_102);
    let fixtures: Vec<Fixture> = PROTOCOLS.iter().map(|protocol| reservations(protocol)).collect();
    for _ in 0..6_000 {
        let mut body = Vec::new();
        for _ in 0..random.usize(0..24) {
            if random.u8(..) < 40 {
                body.push(random.u8(..));
            } else {
                body.extend(PIECES[random.usize(..PIECES.len())]);
            }
        }
        for fixture in &fixtures {
            _ = read_both(fixture, &body);
            _ = fixture.error(400, &[], &body);
        }
    }
}

#[test]
fn a_changed_byte_never_makes_the_whole_and_the_items_disagree() {
    let mut random = Rng::with_seed(4_711);
    let (mut good, mut bad) = (0, 0);
    for protocol in PROTOCOLS {
        let fixture = reservations(protocol);
        let whole = body(protocol, &answer());
        for _ in 0..3_000 {
            let mut changed = whole.clone();
            for _ in 0..random.usize(1..4) {
                let at = random.usize(..changed.len());
                match random.u8(..4) {
                    0 => changed[at] = random.u8(..),
                    1 => _ = changed.remove(at),
                    2 => changed.insert(at, PIECES[random.usize(..PIECES.len())][0]),
                    _ => {
                        let end = (at + random.usize(1..40)).min(changed.len());
                        let piece = changed[at..end].to_vec();
                        changed.splice(at..at, piece);
                    }
                }
            }
            match read_both(&fixture, &changed) {
                Ok(_) => good += 1,
                Err(_) => bad += 1,
            }
        }
    }
    assert!(good > 1_000 && bad > 1_000, "{good} read, {bad} refused");
}
