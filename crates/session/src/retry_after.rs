use std::time::Duration;

use aws_smithy_runtime_api::http::Headers;

/// How long AWS asks not to be asked again: seconds in the standard header, milliseconds in its own.
pub(crate) fn retry_after(headers: &Headers) -> Option<Duration> {
    let number = |name: &str| headers.get(name).and_then(|value| value.trim().parse::<u32>().ok());
    let millis = number("x-amz-retry-after").map(|millis| Duration::from_millis(millis.into()));
    millis.or_else(|| number("retry-after").map(|seconds| Duration::from_secs(seconds.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_seconds_or_milliseconds_and_anything_else_says_nothing() {
        for (headers, expected) in [
            (vec![("retry-after", "3")], Some(3_000)),
            (vec![("x-amz-retry-after", " 1500 ")], Some(1_500)),
            (vec![("retry-after", "9"), ("x-amz-retry-after", "250")], Some(250)),
            (vec![("retry-after", "9"), ("x-amz-retry-after", "abc")], Some(9_000)),
            (vec![("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT")], None),
            (vec![("retry-after", "-1")], None),
            (vec![], None),
        ] {
            let mut given = Headers::new();
            for (name, value) in &headers {
                given.insert(*name, *value);
            }
            assert_eq!(retry_after(&given), expected.map(Duration::from_millis), "{headers:?}");
        }
    }
}
