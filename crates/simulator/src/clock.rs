//! The simulator's time.

use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use tokio::time::Instant;

/// Wall time that moves with tokio's clock, so that it stands still when that one is paused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    wall: SystemTime,
    start: Instant,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { wall: SystemTime::now(), start: Instant::now() }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.wall + self.elapsed()
    }

    /// The wall time `elapsed` after the start.
    pub(crate) fn at(&self, elapsed: Duration) -> SystemTime {
        self.wall + elapsed
    }
}

/// RFC 3339 with milliseconds.
pub(crate) fn rfc3339_millis(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = rfc3339(since.as_secs() as i64);
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), since.subsec_millis())
}

/// RFC 3339 of seconds since 1970.
pub(crate) fn rfc3339(seconds: i64) -> String {
    // Fails for years beyond 9999 only.
    DateTime::from_secs(seconds).fmt(Format::DateTime).unwrap_or_default()
}

/// The form of the `Date` header.
pub(crate) fn http_date(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    DateTime::from_secs(since.as_secs() as i64).fmt(Format::HttpDate).unwrap_or_default()
}

/// Turns the `20250131T235959Z` of a signature into RFC 3339; nothing if it has another form.
pub(crate) fn from_signature_date(text: &str) -> Option<String> {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    let fits = text.len() == 16 && text.as_bytes()[8] == b'T' && text.ends_with('Z');
    let date = format!("{}-{}-{}", digits(0..4)?, digits(4..6)?, digits(6..8)?);
    let time = format!("{}:{}:{}", digits(9..11)?, digits(11..13)?, digits(13..15)?);
    fits.then(|| format!("{date}T{time}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_three_forms() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_042);
        assert_eq!(rfc3339_millis(time), "2023-11-14T22:13:20.042Z");
        assert_eq!(http_date(time), "Tue, 14 Nov 2023 22:13:20 GMT");
        assert_eq!(from_signature_date("20231114T221320Z").as_deref(), Some("2023-11-14T22:13:20Z"));
        for bad in ["", "2023-11-14T22:13", "20231114 221320Z", "20231114T2213é0Z"] {
            assert_eq!(from_signature_date(bad), None, "{bad}");
        }
    }
}
