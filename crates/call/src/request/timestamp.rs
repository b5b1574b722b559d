use jiff::SignedDuration;
use jiff::civil::{DateTime, datetime};
use jiff::fmt::temporal::Pieces;
use orgwide_models::TimestampFormat;
use serde_json::{Number, Value};

/// 0001-01-01T00:00:00Z.
const FIRST: i64 = -62_135_596_800;
/// The second after 9999-12-31T23:59:59Z.
const END: i64 = 253_402_300_800;
const MICROS: i64 = 1_000_000;
const EPOCH: DateTime = datetime(1970, 1, 1, 0, 0, 0, 0);

/// A point in time in microseconds since 1970, of a year from 1 to 9999: as fine as AWS takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment(i64);

impl Moment {
    /// The time a value tells: seconds since 1970, or text in the forms of ISO 8601 and RFC 3339. Without an
    /// offset it is UTC's, without a time of day it is midnight. What is finer than a microsecond is cut.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => Self::of_number(number),
            Value::String(text) => Self::of_text(text),
            _ => None,
        }
    }

    fn of_number(number: &Number) -> Option<Self> {
        if let Some(seconds) = number.as_i64() {
            return Self::new(seconds.checked_mul(MICROS)?);
        }
        // Rounded, because most fractions are not exact: 0.76 s is not to become 759,999 µs.
        let micros = (number.as_f64()? * MICROS as f64).round();
        if !(-1e18..1e18).contains(&micros) {
            return None;
        }
        Self::new(micros as i64)
    }

    fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        // What stands in brackets behind a time is a time zone by name, which is no part of either standard.
        if text.len() > 64 || text.contains('[') {
            return None;
        }
        let pieces = Pieces::parse(text).ok()?;
        let local = pieces.date().to_datetime(pieces.time().unwrap_or_default());
        let offset = pieces.to_numeric_offset().map_or(0, |offset| i64::from(offset.seconds()));
        let nanos = local.duration_since(EPOCH).as_nanos();
        Self::new(i64::try_from(nanos.div_euclid(1000)).ok()? - offset * MICROS)
    }

    fn new(micros: i64) -> Option<Self> {
        (FIRST * MICROS..END * MICROS).contains(&micros).then_some(Self(micros))
    }

    /// Without what is finer than a second.
    pub(super) fn whole_seconds(self) -> Self {
        Self(self.0.div_euclid(MICROS) * MICROS)
    }

    /// As text: ISO 8601 with six digits after the second if it has any, RFC 7231 in whole seconds.
    pub(super) fn text(self, format: TimestampFormat) -> String {
        // Years from 1 to 9999 are all within what a date can be.
        let civil = EPOCH.saturating_add(SignedDuration::from_micros(self.0));
        let fraction = self.0.rem_euclid(MICROS);
        match format {
            TimestampFormat::Iso8601 if fraction == 0 => civil.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            TimestampFormat::Iso8601 => civil.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string(),
            TimestampFormat::Rfc822 => civil.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
            TimestampFormat::Unix => self.number().to_string(),
        }
    }

    /// Seconds since 1970: whole if they are.
    pub(super) fn number(self) -> Number {
        if self.0.rem_euclid(MICROS) == 0 {
            return Number::from(self.0 / MICROS);
        }
        Number::from_f64(self.0 as f64 / MICROS as f64).unwrap_or_else(|| Number::from(self.0 / MICROS))
    }
}

#[cfg(test)]
mod tests {
    use orgwide_models::TimestampFormat::{Iso8601, Rfc822, Unix};
    use serde_json::json;

    use super::Moment;

    #[test]
    fn one_moment_has_many_spellings() {
        let moment = Moment::of(&json!(1_767_323_045)).unwrap();
        for spelling in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05+00:00",
            "2026-01-02T05:04:05+02:00",
            "2026-01-01T22:04:05-0500",
            "2026-01-02 03:04:05",
            "2026-01-02T03:04:05",
            "2026-01-02T03:04:05.000Z",
            "20260102T030405Z",
        ] {
            assert_eq!(Moment::of(&json!(spelling)), Some(moment), "{spelling}");
        }
        assert_eq!(Moment::of(&json!("2026-01-02")), Moment::of(&json!(1_767_312_000)));
    }

    #[test]
    fn each_place_has_its_format() {
        let whole = Moment::of(&json!(1_767_323_045)).unwrap();
        assert_eq!(whole.text(Iso8601), "2026-01-02T03:04:05Z");
        assert_eq!(whole.text(Rfc822), "Fri, 02 Jan 2026 03:04:05 GMT");
        assert_eq!(whole.text(Unix), "1767323045");
        let fraction = Moment::of(&json!("2026-01-02T03:04:05.25Z")).unwrap();
        assert_eq!(fraction.text(Iso8601), "2026-01-02T03:04:05.250000Z");
        assert_eq!(fraction.text(Rfc822), "Fri, 02 Jan 2026 03:04:05 GMT");
        assert_eq!(fraction.text(Unix), "1767323045.25");
        assert_eq!(fraction.whole_seconds(), whole);
    }

    #[test]
    fn fractions_of_numbers_are_rounded_to_the_microsecond() {
        let moment = Moment::of(&json!(1_398_796_238.76)).unwrap();
        assert_eq!(moment.text(Iso8601), "2014-04-29T18:30:38.760000Z");
        assert_eq!(moment.text(Unix), "1398796238.76");
        // A million times this is 4000028.9999999995.
        assert_eq!(Moment::of(&json!(4.000_029)).unwrap().text(Iso8601), "1970-01-01T00:00:04.000029Z");
    }

    #[test]
    fn times_before_1970_count_backwards() {
        let moment = Moment::of(&json!(-0.5)).unwrap();
        assert_eq!(moment.text(Iso8601), "1969-12-31T23:59:59.500000Z");
        assert_eq!(moment.text(Unix), "-0.5");
        assert_eq!(moment.whole_seconds().text(Unix), "-1");
    }

    #[test]
    fn what_tells_no_time_of_a_year_from_1_to_9999_is_refused() {
        for value in [
            json!(""),
            json!("yesterday"),
            json!("2026-13-01"),
            json!("2026-01-02T25:00:00Z"),
            json!("12:00"),
            json!("1767323045"),
            json!("2026-01-02T03:04:05+00:00[Europe/Berlin]"),
            json!("2026-01-02T03:04:05X"),
            json!(253_402_300_800_i64),
            json!(-62_135_596_801_i64),
            json!(1e300),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(true),
            json!(null),
            json!("2".repeat(1_000_000)),
        ] {
            assert_eq!(Moment::of(&value), None);
        }
        assert_eq!(Moment::of(&json!(253_402_300_799_i64)).unwrap().text(Iso8601), "9999-12-31T23:59:59Z");
        assert_eq!(Moment::of(&json!("9999-12-31T23:59:59Z")), Moment::of(&json!(253_402_300_799_i64)));
    }
}
