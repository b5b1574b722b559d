use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use orgwide_names::Glob;

use crate::ParseSelectionError;

/// A tag an account has to have: `KEY=VALUE`, where `*` and `?` in the value stand for characters.
///
/// `KEY=*` asks for the key with any value, `KEY=` for it with none. Keys and values tell case, as they do in AWS.
#[derive(Debug, Clone, PartialEq)]
pub struct TagFilter {
    key: String,
    value: Glob,
}

impl TagFilter {
    /// Whether the tags have it.
    #[must_use]
    pub fn matches(&self, tags: &BTreeMap<String, String>) -> bool {
        tags.get(&self.key).is_some_and(|value| self.value.matches(value))
    }
}

impl FromStr for TagFilter {
    type Err = ParseSelectionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((key, value)) if !key.is_empty() => {
                Ok(Self { key: key.to_owned(), value: Glob::new(value) })
            }
            _ => Err(ParseSelectionError::Tag(text.escape_debug().take(128).collect())),
        }
    }
}

impl fmt::Display for TagFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_pattern_and_a_key_is_itself() {
        let tags = BTreeMap::from([("env", "prod-eu"), ("e*", "x"), ("empty", ""), ("k", "a=b")]);
        let tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let has = |filter: &str| filter.parse::<TagFilter>().unwrap().matches(&tags);
        assert!(has("env=prod-eu") && has("env=prod-*") && has("env=*") && has("env=prod-??"));
        assert!(!has("env=prod") && !has("env=Prod-eu") && !has("Env=*") && !has("env="));
        assert!(has("e*=x") && !has("e*=prod-eu"), "a star in a key is a star");
        assert!(has("empty=") && has("empty=*") && !has("none="));
        assert!(has("k=a=b"), "the first equals sign parts key and value");
    }

    #[test]
    fn a_tag_without_a_key_or_a_value_is_refused() {
        for bad in ["env", "=prod", ""] {
            assert!(bad.parse::<TagFilter>().is_err(), "{bad}");
        }
    }
}
