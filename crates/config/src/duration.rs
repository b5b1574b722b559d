use std::time::Duration;

use jiff::SignedDuration;

use crate::problem::quoted;
use crate::reader::Objection;

/// Reads a span of time such as `90s`, `5m` or `1h30m`; never nothing.
pub(crate) fn parse(text: &str) -> Result<Duration, Objection> {
    let objection = |what: &str| Objection {
        message: format!("`{}` is not {what}", quoted(text)),
        hint: Some("write `90s`, `5m` or `1h30m`".to_owned()),
    };
    let span: SignedDuration = text.parse().map_err(|_| objection("a span of time"))?;
    match Duration::try_from(span) {
        Ok(span) if !span.is_zero() => Ok(span),
        _ => Err(objection("longer than nothing")),
    }
}
