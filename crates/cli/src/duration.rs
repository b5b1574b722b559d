use std::time::Duration;

use jiff::SignedDuration;

/// Reads a span of time such as `90s`, `5m` or `1h30m`.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let span: SignedDuration =
        text.parse().map_err(|_| format!("`{text}` is not a span of time: write `90s`, `5m` or `1h30m`"))?;
    match Duration::try_from(span) {
        Ok(span) if !span.is_zero() => Ok(span),
        _ => Err(format!("`{text}` is not longer than nothing")),
    }
}

/// Reads a span that may be nothing, such as a latency of `0s`.
pub(crate) fn parse_or_zero(text: &str) -> Result<Duration, String> {
    if matches!(text, "0" | "0s" | "0ms") { Ok(Duration::ZERO) } else { parse(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        assert_eq!(parse("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("5m"), Ok(Duration::from_secs(300)));
        assert_eq!(parse("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(parse("20ms"), Ok(Duration::from_millis(20)));
        for bad in ["", "5", "-5m", "0s", "five minutes"] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
        assert_eq!(parse_or_zero("0"), Ok(Duration::ZERO));
    }
}
