//! Points in time, in whatever form they come: as text in UTC like `2026-01-02T03:04:05+00:00`, with six
//! digits of a second where it is not a whole one. That is how the AWS CLI prints them.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Number, Value};

/// Seconds since 1970, RFC 3339 with any offset or none, or the form of HTTP headers.
///
/// A text that is none of these stays as it came: nothing is lost, and a listing does not fail for it.
pub(super) fn from_text(text: &str) -> Value {
    let text = text.trim();
    if let Some(plain) = utc(text) {
        return Value::String(plain);
    }
    let time = number(text).or_else(|| date(text)).and_then(print);
    Value::String(time.unwrap_or_else(|| text.to_owned()))
}

/// Seconds since 1970. A number no calendar has a date for stays a number.
pub(super) fn from_number(seconds: Number) -> Value {
    let time = match seconds.as_i64() {
        Some(whole) => Some(DateTime::from_secs(whole)),
        None => seconds.as_f64().and_then(from_f64),
    };
    time.and_then(print).map_or(Value::Number(seconds), Value::String)
}

/// The same of a fraction, to the nearest microsecond: `.76` is 760 milliseconds and not a nanosecond less.
fn from_f64(seconds: f64) -> Option<DateTime> {
    if seconds.is_nan() || seconds.abs() >= 1e12 {
        return None;
    }
    let mut whole = seconds.trunc() as i64;
    let mut micros = (seconds.fract() * 1e6).round_ties_even() as i64;
    if micros < 0 {
        micros += 1_000_000;
        whole -= 1;
    }
    if micros >= 1_000_000 {
        micros -= 1_000_000;
        whole += 1;
    }
    Some(DateTime::from_secs_and_nanos(whole, micros as u32 * 1000))
}

fn number(text: &str) -> Option<DateTime> {
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E')) {
        return None;
    }
    match text.parse::<i64>() {
        Ok(whole) => Some(DateTime::from_secs(whole)),
        Err(_) => text.parse().ok().and_then(from_f64),
    }
}

fn date(text: &str) -> Option<DateTime> {
    let iso = |text: &str| DateTime::from_str(text, Format::DateTimeWithOffset).ok();
    iso(text)
        .or_else(|| DateTime::from_str(text, Format::HttpDate).ok())
        .or_else(|| iso(&format!("{text}Z")))
        .or_else(|| iso(&format!("{text}T00:00:00Z")))
        .or_else(|| iso(&text.replacen(' ', "T", 1)))
        .or_else(|| iso(&format!("{}Z", text.replacen(' ', "T", 1))))
}

fn print(time: DateTime) -> Option<String> {
    let mut text = DateTime::from_secs(time.secs()).fmt(Format::DateTime).ok()?;
    if text.pop() != Some('Z') {
        return None;
    }
    let micros = time.subsec_nanos() / 1000;
    if micros > 0 {
        text.push_str(&format!(".{micros:06}"));
    }
    text.push_str("+00:00");
    Some(text)
}

/// The form almost all come in, `2026-01-02T03:04:05Z` with or without a fraction, without a calendar.
fn utc(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let (date, rest) = (bytes.get(..19)?, bytes.get(19..)?);
    let two = |at: usize| match (date[at], date[at + 1]) {
        (tens @ b'0'..=b'9', ones @ b'0'..=b'9') => Some((tens - b'0') * 10 + ones - b'0'),
        _ => None,
    };
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let is_plain = separators.iter().all(|&(at, separator)| date[at] == separator)
        && two(0).is_some()
        && two(2).is_some()
        && (1..=12).contains(&two(5)?)
        && (1..=28).contains(&two(8)?)
        && two(11)? < 24
        && two(14)? < 60
        && two(17)? < 60;
    let fraction = rest.strip_suffix(b"Z")?;
    let digits = match fraction {
        [] => fraction,
        [b'.', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => digits,
        _ => return None,
    };
    if !is_plain {
        return None;
    }
    let mut out = String::with_capacity(32);
    out.push_str(text.get(..19)?);
    let micros = digits.get(..6).unwrap_or(digits);
    if micros.iter().any(|digit| *digit != b'0') {
        out.push('.');
        out.push_str(text.get(20..20 + micros.len())?);
        out.extend(std::iter::repeat_n('0', 6 - micros.len()));
    }
    out.push_str("+00:00");
    Some(out)
}
