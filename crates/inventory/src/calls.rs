use std::fmt;

use crate::Kind;
use crate::collector::Spec;

/// How many calls it takes to collect a type in one account and region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    /// The type it is listed within, once for each of which it is listed.
    pub within: Option<Kind>,
    /// The most resources one call lists; none where one call lists them all. Services may give fewer at a time.
    pub page: Option<u32>,
    /// How many more calls are made for each resource. A detail of more than a page takes more.
    pub each: u32,
    /// Calls that are made for so many resources at a time.
    pub batches: Vec<u32>,
}

impl Calls {
    pub(crate) fn of(spec: &Spec) -> Self {
        let batches = spec.asked().iter().filter_map(|detail| detail.batch.as_ref());
        let batches: Vec<u32> = batches.map(|batch| u32::try_from(batch.size).unwrap_or(u32::MAX)).collect();
        Self {
            within: spec.within.as_ref().map(|within| within.parent.kind().clone()),
            page: spec.page,
            each: u32::try_from(spec.asked().len() - batches.len()).unwrap_or(u32::MAX),
            batches,
        }
    }

    /// The least number of calls for so many resources. Those of the type it is listed within are not counted, and all
    /// are taken to be within one.
    #[must_use]
    pub fn least(&self, resources: u64) -> u64 {
        let by = |size: u32| resources.div_ceil(u64::from(size.max(1)));
        let listing = self.page.map_or(1, by).max(1);
        let batched: u64 = self.batches.iter().map(|size| by(*size)).sum();
        listing + batched + u64::from(self.each) * resources
    }
}

impl fmt::Display for Calls {
    /// `1 per 1,000`, `1, 3 per resource and 1 per 20 resources`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("1")?;
        if let Some(page) = self.page {
            write!(f, " per {}", grouped(page))?;
        }
        if let Some(within) = &self.within {
            write!(f, " in each {within}")?;
        }
        let mut more: Vec<String> = Vec::new();
        if self.each > 0 {
            more.push(format!("{} per resource", grouped(self.each)));
        }
        more.extend(self.batches.iter().map(|size| format!("1 per {} resources", grouped(*size))));
        let last = more.pop();
        more.iter().try_for_each(|part| write!(f, ", {part}"))?;
        last.map_or(Ok(()), |part| write!(f, " and {part}"))
    }
}

/// `1,000`.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(within: Option<&str>, page: Option<u32>, each: u32, batches: &[u32]) -> Calls {
        Calls { within: within.map(Kind::new), page, each, batches: batches.to_vec() }
    }

    #[test]
    fn calls_are_told_in_words() {
        for (calls, words) in [
            (calls(None, None, 0, &[]), "1"),
            (calls(None, Some(1000), 0, &[]), "1 per 1,000"),
            (calls(None, Some(50), 3, &[]), "1 per 50 and 3 per resource"),
            (calls(None, Some(400), 1, &[20]), "1 per 400, 1 per resource and 1 per 20 resources"),
            (calls(None, None, 0, &[5]), "1 and 1 per 5 resources"),
            (
                calls(Some("ecs:cluster"), Some(100), 0, &[10]),
                "1 per 100 in each ecs:cluster and 1 per 10 resources",
            ),
            (calls(Some("a:b"), None, 0, &[]), "1 in each a:b"),
        ] {
            assert_eq!(calls.to_string(), words);
        }
        assert_eq!([grouped(999), grouped(10_000), grouped(1_234_567)], ["999", "10,000", "1,234,567"]);
    }

    #[test]
    fn a_list_is_asked_even_where_there_is_nothing() {
        let calls = calls(None, Some(100), 2, &[20]);
        assert_eq!([0, 1, 100, 101].map(|resources| calls.least(resources)), [1, 4, 206, 210]);
    }
}
