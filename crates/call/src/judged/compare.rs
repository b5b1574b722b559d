//! When two ways to write something say the same.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use orgwide_models::Protocol;
use percent_encoding::percent_decode_str;
use serde_json::{Number, Value};

use super::xml::Element;
use super::{cbor, xml};

/// What differs between two values, with its path.
pub(super) fn value(path: &str, wanted: &Value, got: &Value) -> Result<(), String> {
    match (wanted, got) {
        (Value::Object(wanted), Value::Object(got)) => {
            for (name, part) in wanted {
                let got = got.get(name).ok_or_else(|| format!("{path}.{name} is missing: {part}"))?;
                value(&format!("{path}.{name}"), part, got)?;
            }
            let extra = got.iter().find(|(name, _)| !wanted.contains_key(*name));
            extra.map_or(Ok(()), |(name, part)| Err(format!("{path}.{name} is too much: {part}")))
        }
        (Value::Array(wanted), Value::Array(got)) if wanted.len() == got.len() => {
            let mut both = wanted.iter().zip(got).enumerate();
            both.try_for_each(|(index, (wanted, got))| value(&format!("{path}[{index}]"), wanted, got))
        }
        (Value::Number(one), Value::Number(other)) if number(one, other) => Ok(()),
        _ if wanted == got => Ok(()),
        _ => Err(format!("{path} is {got}, not {wanted}")),
    }
}

/// Whole numbers as they are, any other as floats.
fn number(one: &Number, other: &Number) -> bool {
    let whole = |number: &Number| number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.as_f64() == other.as_f64(),
    }
}

/// The same text, number or time. Only what Python writes as a float, or as a time with fractions, has two forms.
pub(super) fn text(wanted: &str, got: &str) -> bool {
    if wanted == got {
        return true;
    }
    if wanted.starts_with(|c: char| c.is_ascii_digit()) && wanted.ends_with('Z') && wanted.contains('.') {
        let short = |time: &str| time.trim_end_matches('Z').trim_end_matches('0').to_owned();
        return short(wanted) == short(got);
    }
    let is_float = wanted.contains(['.', 'e'])
        && wanted.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | '-' | '+'));
    is_float
        && match (wanted.parse::<f64>(), got.parse::<f64>()) {
            (Ok(wanted), Ok(got)) => wanted == got,
            _ => false,
        }
}

/// Path and query: the path as it is, the query in any order.
pub(super) fn target(wanted: &str, got: &str) -> Result<(), String> {
    let apart = |target: &str| {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        (path.to_owned(), query.to_owned())
    };
    let ((wanted_path, wanted_query), (got_path, got_query)) = (apart(wanted), apart(got));
    if wanted_path != got_path {
        return Err(format!("the path is {got_path}, not {wanted_path}"));
    }
    pairs("the query string", &wanted_query, &got_query, false)
}

/// `a=1&b=2` in any order; encoded alike, except in a form, where `+` and `%20` mean the same.
pub(super) fn pairs(what: &str, wanted: &str, got: &str, is_form: bool) -> Result<(), String> {
    let sorted = |query: &str| {
        let plus = if is_form { "%20" } else { "+" };
        let mut pairs: Vec<(String, String)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (name.replace('+', plus), value.replace('+', plus))
            })
            .collect();
        pairs.sort();
        pairs
    };
    let (wanted, got) = (sorted(wanted), sorted(got));
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    for pair in &wanted {
        let same = |(name, value): &&(String, String)| {
            let same_name = if is_form { decoded(&pair.0) == decoded(name) } else { pair.0 == *name };
            let same_text = text(&decoded(&pair.1), &decoded(value));
            // Outside a form the signature covers the encoding, so it must be the same, too.
            same_name && same_text && (is_form || pair.1 == *value || decoded(&pair.1) != decoded(value))
        };
        if !got.iter().any(|pair| same(&pair)) {
            return Err(format!("{what} has no {}={} in {got:?}", pair.0, pair.1));
        }
    }
    if wanted.len() == got.len() {
        Ok(())
    } else {
        Err(format!("{what} has {} parts, not {}: {got:?}", got.len(), wanted.len()))
    }
}

/// A header's value; JSON in one is compared as JSON.
pub(super) fn header(wanted: &str, got: &str) -> bool {
    let json = |text: &str| -> Option<Value> {
        serde_json::from_slice(&BASE64_STANDARD.decode(text).ok()?).ok().filter(Value::is_object)
    };
    let bare = |value: &str| value.replace("; charset=utf-8", "").replace(", ", ",");
    text(&bare(wanted), &bare(got)) || json(wanted).is_some_and(|wanted| json(got) == Some(wanted))
}

/// The body, in the form of the protocol; what has no form is compared byte by byte.
pub(super) fn body(protocol: Protocol, wanted: &[u8], got: &[u8]) -> Result<(), String> {
    if wanted == got {
        return Ok(());
    }
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).chars().take(400).collect::<String>();
    let differs = || Err(format!("the body is {:?}, not {:?}", shown(got), shown(wanted)));
    let read = |bytes| std::str::from_utf8(bytes).map_err(|error| error.to_string());
    match protocol {
        Protocol::Query | Protocol::Ec2 => pairs("the body", read(wanted)?, read(got)?, true),
        Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => {
            let Ok(wanted) = serde_json::from_slice(wanted) else { return differs() };
            value("body", &wanted, &serde_json::from_slice(got).map_err(|_| shown(got))?)
        }
        Protocol::RestXml => {
            let Ok(wanted) = read(wanted).and_then(xml::parse) else { return differs() };
            element("", &wanted, &xml::parse(read(got)?).map_err(|error| format!("{error}: {}", shown(got)))?)
        }
        Protocol::Cbor => value("body", &cbor::decode(wanted)?, &cbor::decode(got)?),
    }
}

fn element(path: &str, wanted: &Element, got: &Element) -> Result<(), String> {
    let path = format!("{path}/{}", wanted.name);
    if !wanted.has_head_of(got) || !text(&wanted.text, &got.text) {
        return Err(format!("{path} is {:?}, not {:?}", got.head(), wanted.head()));
    }
    for (name, children) in &wanted.children {
        let found = got.children.get(name).map_or(&[][..], Vec::as_slice);
        if children.len() != found.len() {
            return Err(format!("{path} has {} {name}, not {}", found.len(), children.len()));
        }
        children.iter().zip(found).try_for_each(|(wanted, got)| element(&path, wanted, got))?;
    }
    match got.children.keys().find(|name| !wanted.children.contains_key(*name)) {
        Some(name) => Err(format!("{path} has a {name} too much")),
        None => Ok(()),
    }
}

#[test]
fn what_says_the_same_is_equal() {
    for (one, other) in [
        ("1e+21", "1e21"),
        ("3.0", "3"),
        ("0.5", "0.5"),
        ("2026-01-01T00:00:00.760000Z", "2026-01-01T00:00:00.76Z"),
    ] {
        assert!(text(one, other), "{one} {other}");
    }
    assert!(target("/a?b=1&c=2", "/a?c=2&b=1").is_ok());
    assert!(pairs("", "a=x+y&b=%2F", "b=%2f&a=x%20y", true).is_ok());
    assert!(header("application/json; charset=utf-8", "application/json"));
    let numbers = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert!(value("", &numbers("[1.0, 9007199254740993]"), &numbers("[1, 9007199254740993]")).is_ok());
}

#[test]
fn what_says_something_else_is_not() {
    for (one, other) in [("007", "7"), ("1.5", "1.25"), ("x.5", "x.50"), ("1.0", "one"), ("true", "True")] {
        assert!(!text(one, other), "{one} {other}");
    }
    assert!(target("/a?b=1", "/a?b=1&b=1").is_err());
    assert!(target("/a?b=%2F", "/a?b=/").is_err());
    assert!(target("/a/", "/a").is_err());
    assert!(!header("a", "b"));
    let numbers = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert!(value("", &numbers("9007199254740993"), &numbers("9007199254740992")).is_err());
    assert!(value("", &numbers("{\"a\":1}"), &numbers("{\"a\":1,\"b\":null}")).is_err());
    assert!(value("", &numbers("[]"), &numbers("{}")).is_err());
    assert!(body(Protocol::RestXml, b"<a>1</a>", b"<a>2</a>").is_err());
}
