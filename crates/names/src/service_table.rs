//! Finding a service by any of its spellings.

use crate::service_data::{KEYS, SERVICES};

/// One service in all its spellings.
pub(crate) struct Service {
    /// The command of the AWS CLI, which is the name used here.
    pub(crate) name: &'static str,
    /// More names that are its own.
    pub(crate) also: &'static [&'static str],
    /// The service id of the SDKs, which requests carry.
    pub(crate) sdk_id: &'static str,
    /// What the host of its endpoint begins with.
    pub(crate) endpoint_prefix: &'static str,
    /// What signatures call it.
    pub(crate) signing_name: &'static str,
    /// The prefix of IAM actions.
    pub(crate) iam_prefix: &'static str,
}

impl Service {
    /// As it is spelled, the name first; spellings that are alike come as often as they are used.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = &'static str> + use<> {
        let names = std::iter::once(self.name).chain(self.also.iter().copied());
        names.chain([self.sdk_id, self.endpoint_prefix, self.signing_name, self.iam_prefix])
    }
}

/// A row of [`SERVICES`].
pub(crate) const fn row(
    name: &'static str,
    also: &'static [&'static str],
    sdk_id: &'static str,
    endpoint_prefix: &'static str,
    signing_name: &'static str,
    iam_prefix: &'static str,
) -> Service {
    Service { name, also, sdk_id, endpoint_prefix, signing_name, iam_prefix }
}

/// One spelling, folded, and the service it means.
pub(crate) struct Key {
    /// The first bytes as a number: most comparisons end here, without a look at the text.
    head: u64,
    folded: &'static str,
    service: &'static Service,
}

/// A row of [`KEYS`]; a name that is not in [`SERVICES`] does not compile.
pub(crate) const fn key(folded: &'static str, name: &'static str) -> Key {
    let (mut low, mut high) = (0, SERVICES.len());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if is_after(SERVICES[middle].name, name) {
            high = middle;
        } else {
            low = middle;
        }
    }
    assert!(!is_after(name, SERVICES[low].name) && !is_after(SERVICES[low].name, name), "not a service");
    Key { head: head(folded.as_bytes()), folded, service: &SERVICES[low] }
}

/// The first eight bytes as a number that sorts as they do; zeros stand in for what a shorter text lacks.
const fn head(text: &[u8]) -> u64 {
    let mut head = 0;
    let mut at = 0;
    while at < 8 {
        head = head << 8 | if at < text.len() { text[at] as u64 } else { 0 };
        at += 1;
    }
    head
}

/// `a > b`, which the standard library cannot say at compile time.
const fn is_after(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return a[at] > b[at];
        }
        at += 1;
    }
    a.len() > b.len()
}

/// The service that is spelled so.
pub(crate) fn find(spelling: &str) -> Option<&'static Service> {
    let folded = Folded::new(spelling)?;
    let folded = folded.as_bytes();
    let head = head(folded);
    let order = |key: &Key| key.head.cmp(&head).then_with(|| key.folded.as_bytes().cmp(folded));
    let at = KEYS.binary_search_by(order).ok()?;
    Some(KEYS.get(at)?.service)
}

/// The service with the most similar spelling, unless none is similar.
pub(crate) fn nearest(text: &str) -> Option<&'static Service> {
    let folded = Folded::new(text)?;
    let text = folded.as_str()?;
    let mut best: Option<(f64, &'static Service)> = None;
    for service in SERVICES {
        for spelling in service.spellings() {
            let Some(folded) = Folded::new(spelling) else { continue };
            let similarity = strsim::jaro_winkler(text, folded.as_str()?);
            // Of equals the first stays: the tables are sorted, so the answer does not change by chance.
            if similarity > best.map_or(LEAST_SIMILARITY, |(similarity, _)| similarity) {
                best = Some((similarity, service));
            }
        }
    }
    best.map(|(_, service)| service)
}

/// Below this a suggestion confuses more than it helps.
const LEAST_SIMILARITY: f64 = 0.8;

/// The longest text that is looked up, in bytes; the longest spelling has 35.
const LONGEST: usize = 64;

/// A spelling in lower case, without the separators between its words. On the stack: the gate looks a
/// service up for every attempt.
struct Folded {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Folded {
    /// `None` for what cannot be a spelling: other characters, separators at an end or side by side.
    fn new(spelling: &str) -> Option<Self> {
        if spelling.len() > LONGEST {
            return None;
        }
        let mut folded = Self { bytes: [0; LONGEST], length: 0 };
        let mut in_word = false;
        for byte in spelling.bytes() {
            match byte {
                b' ' | b'-' | b'.' | b'_' if in_word => in_word = false,
                _ if byte.is_ascii_alphanumeric() => {
                    *folded.bytes.get_mut(folded.length)? = byte.to_ascii_lowercase();
                    folded.length += 1;
                    in_word = true;
                }
                _ => return None,
            }
        }
        in_word.then_some(folded)
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Option<String> {
        Folded::new(text).and_then(|folded| folded.as_str().map(str::to_owned))
    }

    #[test]
    fn folding_forgets_case_and_single_separators_inside() {
        assert_eq!(folded("Elastic Load-Balancing.v_2").unwrap(), "elasticloadbalancingv2");
        for bad in ["", " ec2", "ec2-", "a--b", "a/b", "é", "-"] {
            assert_eq!(folded(bad), None, "{bad:?}");
        }
        assert!(folded(&"a".repeat(LONGEST)).is_some());
        assert_eq!(folded(&"a".repeat(LONGEST + 1)), None);
    }

    #[test]
    fn both_tables_are_sorted_without_repetition() {
        assert!(SERVICES.windows(2).all(|two| two[0].name < two[1].name));
        assert!(KEYS.windows(2).all(|two| two[0].folded < two[1].folded));
    }

    #[test]
    fn the_longest_spelling_leaves_room() {
        let longest = SERVICES.iter().flat_map(Service::spellings).map(str::len).max().unwrap();
        assert_eq!(longest, 35);
    }

    #[test]
    fn a_key_is_in_the_form_that_is_looked_up() {
        for key in KEYS {
            assert_eq!(folded(key.folded).as_deref(), Some(key.folded));
        }
    }
}
