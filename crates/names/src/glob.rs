use std::fmt;

use wildmatch::{WildMatch, WildMatchPattern};

/// A pattern over names: `*` stands for any run of characters, `?` for one; everything else for itself.
///
/// ```
/// use orgwide_names::Glob;
///
/// assert!(Glob::new("prod-*").matches("prod-web"));
/// assert!(!Glob::new("prod-*").matches("Prod-web"));
/// assert!(Glob::ignoring_case("describe*").matches("DescribeInstances"));
/// ```
#[derive(Clone, PartialEq)]
pub struct Glob {
    text: String,
    pattern: Pattern,
}

#[derive(Clone, PartialEq)]
enum Pattern {
    Exact(WildMatch),
    AnyCase(Box<WildMatchPattern<'*', '?'>>),
}

impl Glob {
    /// A pattern that tells upper from lower case, as account names do.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), pattern: Pattern::Exact(WildMatch::new(text)) }
    }

    /// A pattern that does not, as people expect of operation names.
    #[must_use]
    pub fn ignoring_case(text: &str) -> Self {
        let pattern = Pattern::AnyCase(Box::new(WildMatchPattern::new_case_insensitive(text)));
        Self { text: text.to_owned(), pattern }
    }

    /// Whether the text contains a wildcard at all.
    #[must_use]
    pub fn is_pattern(text: &str) -> bool {
        text.contains(['*', '?'])
    }

    /// Whether `name` fits the whole pattern.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        match &self.pattern {
            Pattern::Exact(pattern) => pattern.matches(name),
            Pattern::AnyCase(pattern) => pattern.matches(name),
        }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Glob({:?})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_the_whole_name() {
        assert!(Glob::new("a*c").matches("abc") && Glob::new("a*c").matches("ac"));
        assert!(!Glob::new("a*c").matches("abcd"));
        assert!(Glob::new("a?c").matches("abc") && !Glob::new("a?c").matches("ac"));
        assert!(Glob::new("*").matches(""));
        assert!(Glob::new("[x]").matches("[x]"), "brackets are ordinary characters");
    }
}
