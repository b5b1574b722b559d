//! Points in time.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use orgwide_models::{Member, Model, TimestampFormat};
use serde_json::Value;

/// Seconds since 1970 of a text in RFC 3339, or of what are seconds already.
pub(super) fn seconds(value: &Value) -> f64 {
    let text = || DateTime::from_str(value.as_str()?, Format::DateTime).ok();
    value.as_f64().or_else(|| text().map(|time| time.as_secs_f64())).unwrap_or_default()
}

/// The format of a member, or this where the model leaves it to the protocol.
pub(super) fn format(model: &Model, member: &Member, usual: TimestampFormat) -> TimestampFormat {
    member.timestamp.or(model.shape(member.shape).timestamp).unwrap_or(usual)
}

/// A point in time as text.
pub(super) fn text(value: &Value, format: TimestampFormat) -> String {
    let time = DateTime::from_secs_f64(seconds(value));
    let format = match format {
        TimestampFormat::Iso8601 => Format::DateTime,
        TimestampFormat::Rfc822 => Format::HttpDate,
        TimestampFormat::Unix => return number(value).to_string(),
    };
    // Fails for years beyond 9999 only.
    time.fmt(format).unwrap_or_default()
}

/// A point in time as a number, a whole one where that is possible.
pub(super) fn number(value: &Value) -> Value {
    let seconds = seconds(value);
    if seconds.fract() == 0.0 { Value::from(seconds as i64) } else { Value::from(seconds) }
}
