//! Values that came as text: in an XML element or attribute, in a header, in a JSON string.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use orgwide_models::Kind;
use serde_json::{Number, Value};

use super::{AnswerError, ReadOptions, timestamp};

/// With or without the padding: what is not padded is told as well as what is.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What is found where a text is not of its form. Which text is not told, for it may be a secret.
const OTHER: &str = "other text";

/// The text as a value of that kind.
pub(super) fn from_text(kind: Kind, text: Cow<'_, str>, options: ReadOptions) -> Result<Value, AnswerError> {
    match kind {
        Kind::String => Ok(Value::String(text.into_owned())),
        Kind::Timestamp => Ok(timestamp::from_text(&text)),
        Kind::Boolean => match text.trim() {
            "true" | "True" | "TRUE" | "1" => Ok(Value::Bool(true)),
            "false" | "False" | "FALSE" | "0" => Ok(Value::Bool(false)),
            _ => Err(wrong("true or false", OTHER)),
        },
        Kind::Integer | Kind::Long => {
            let text = text.trim();
            integer(text).ok_or_else(|| wrong("a whole number", OTHER))
        }
        Kind::Float | Kind::Double => match text.trim() {
            special @ ("NaN" | "Infinity" | "-Infinity") => Ok(Value::String(special.to_owned())),
            text => decimal(text).ok_or_else(|| wrong("a number", OTHER)),
        },
        Kind::Blob => blob(text, options),
        Kind::Structure => Err(wrong("a structure", "text")),
        Kind::List => Err(wrong("a list", "text")),
        Kind::Map => Err(wrong("a map", "text")),
    }
}

pub(super) fn wrong(expected: &'static str, found: &'static str) -> AnswerError {
    AnswerError::new(super::error::Problem::Kind { expected, found })
}

/// Digits with or without a sign. Those that no number of 64 bits holds stay text.
pub(super) fn integer(text: &str) -> Option<Value> {
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.into());
    }
    if let Ok(number) = text.parse::<u64>() {
        return Some(number.into());
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_integer.then(|| Value::String(text.to_owned()))
}

fn decimal(text: &str) -> Option<Value> {
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E')) {
        return None;
    }
    let number = text.parse::<f64>().ok()?;
    Some(Number::from_f64(number).map_or_else(|| Value::String(text.to_owned()), Value::Number))
}

/// A number that JSON may not have: those are written as AWS writes them.
pub(super) fn float(number: f64) -> Value {
    match Number::from_f64(number) {
        Some(number) => Value::Number(number),
        None if number.is_nan() => Value::String("NaN".to_owned()),
        None if number > 0.0 => Value::String("Infinity".to_owned()),
        None => Value::String("-Infinity".to_owned()),
    }
}

/// Base64, which it stays.
fn blob(text: Cow<'_, str>, options: ReadOptions) -> Result<Value, AnswerError> {
    let mut text = text.into_owned();
    text.retain(|c| !c.is_ascii_whitespace());
    let bytes = BASE64.decode(&text).map_err(|_| wrong("base64", OTHER))?;
    if options.raw_blobs {
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    Ok(Value::String(text))
}

/// Bytes, as base64.
pub(super) fn bytes(bytes: &[u8], options: ReadOptions) -> Value {
    if options.raw_blobs {
        return Value::String(String::from_utf8_lossy(bytes).into_owned());
    }
    Value::String(base64::engine::general_purpose::STANDARD.encode(bytes))
}

/// JSON as base64, as some headers have it.
pub(super) fn json_in_base64(text: &str) -> Result<Value, AnswerError> {
    let bytes = BASE64.decode(text.trim()).map_err(|_| wrong("base64", OTHER))?;
    serde_json::from_slice(&bytes).map_err(|_| wrong("JSON as base64", "something else"))
}
