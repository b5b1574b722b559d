//! What the names in a model call a resource.

use std::sync::LazyLock;

use orgwide_models::Model;

use super::answer::List;

/// First words of operations that read lists.
const VERBS: &[&str] = &[
    "BatchDescribe",
    "BatchGet",
    "BatchList",
    "Describe",
    "Discover",
    "Filter",
    "Get",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Select",
    "View",
];

/// Words after which a name of an operation says whose, or which.
const OF_WHAT: &[&str] = &["By", "For", "From", "In", "Of", "With"];

/// Last words that say in which form something is told, not what it is.
const FORMS: &[&str] = &[
    "List",
    "Set",
    "Map",
    "Status",
    "Summary",
    "Item",
    "Detail",
    "Info",
    "Information",
    "Description",
    "Metadata",
    "Overview",
    "Result",
    "Output",
    "Response",
    "Data",
    "Type",
    "Struct",
    "Listing",
    "Properties",
    "Name",
    "Id",
    "Arn",
    "Identifier",
    "Url",
    "Definition",
    "Configuration",
    "Config",
    "V2",
];

/// What a resource is called.
///
/// Equal are names that differ in case and number.
#[derive(Debug, Clone)]
pub(crate) struct Noun {
    text: String,
    key: String,
}

impl PartialEq for Noun {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Noun {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), key: key(text) }
    }

    /// `Crawler`, of `ListCrawlers`.
    pub(super) fn of_operation(name: &str) -> Self {
        let rest = VERBS.iter().find_map(|verb| name.strip_prefix(verb)).filter(|rest| !rest.is_empty());
        let rest = rest.unwrap_or(name);
        let cut = boundaries(rest).filter(|at| *at > 0).find(|at| {
            let after = rest.get(*at..).unwrap_or_default();
            OF_WHAT.iter().any(|word| {
                after.strip_prefix(word).is_some_and(|more| more.starts_with(|c: char| c.is_uppercase()))
            })
        });
        Self::new(cut.and_then(|at| rest.get(..at)).unwrap_or(rest))
    }

    /// The noun, and what is left of it without words about the form: `CrawlerSummary`, `Crawler`.
    pub(super) fn and_shorter(self) -> Vec<Self> {
        let mut nouns = vec![self];
        while let Some(shorter) = nouns.last().and_then(|noun| shorter(&noun.text)).map(Self::new) {
            nouns.push(shorter);
        }
        nouns
    }

    /// The noun without words about the form.
    pub(super) fn shortest(self) -> Self {
        self.and_shorter().pop().unwrap_or(Self::new(""))
    }

    /// The noun and its last words as texts, the longest first: `ReservedNode`, `Node`.
    pub(crate) fn with_endings(&self) -> Vec<String> {
        let endings = boundaries(&self.text).filter(|at| *at > 0).filter_map(|at| self.text.get(at..));
        [self.text.as_str()].into_iter().chain(endings).map(str::to_owned).collect()
    }

    /// The noun in the singular.
    pub(super) fn singular(&self) -> String {
        singular(&self.text)
    }

    /// Whether it is some of the words of another noun, its last one among them: `Node` and `ReservedNode` of
    /// `ReservedCacheNode`.
    pub(super) fn is_part_of(&self, whole: &Self) -> bool {
        let (words, mut of) = (self.words(), whole.words().into_iter().rev());
        let mut words = words.iter().rev();
        // The number of a version means nothing without what it is a version of.
        let counts = |word: &String| !["version", "revision"].contains(&word.as_str());
        words.next().is_some_and(|last| counts(last) && of.next().as_ref() == Some(last))
            && words.all(|word| of.any(|other| other == *word))
    }

    fn words(&self) -> Vec<String> {
        let ends = boundaries(&self.text).filter(|at| *at > 0).chain([self.text.len()]);
        let mut begin = 0;
        ends.filter_map(|end| self.text.get(std::mem::replace(&mut begin, end)..end)).map(key).collect()
    }
}

/// The name without its last word, where that is about the form.
fn shorter(name: &str) -> Option<&str> {
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| FORMS.iter().map(|form| key(form)).collect());
    let at = boundaries(name).filter(|at| *at > 0).next_back()?;
    let (before, word) = (name.get(..at)?, name.get(at..)?);
    KEYS.contains(&key(word)).then_some(before)
}

/// Where words begin: `DB|Instance`, `web|ACLs`.
fn boundaries(name: &str) -> impl DoubleEndedIterator<Item = usize> + '_ {
    let bytes = name.as_bytes();
    let is_upper = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    let is_lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    (0..bytes.len()).filter(move |at| {
        let after_upper = at.checked_sub(1).is_some_and(is_upper);
        // The plural of an abbreviation is no word of its own.
        let is_plural = bytes.get(at + 1..) == Some(b"s");
        is_upper(*at) && (!after_upper || is_lower(at + 1) && !is_plural)
    })
}

/// What a resource may be called: by the operation, by the list, by the shape of an item.
pub(super) fn nouns(model: &Model, operation: &str, list: &List) -> Vec<Noun> {
    let last = list.path.rsplit('.').next().unwrap_or_default();
    let shape = model.text(model.shape(list.item).name);
    let names = [Noun::of_operation(operation), Noun::new(last), Noun::new(shape)];
    names.into_iter().flat_map(Noun::and_shorter).collect()
}

/// One of them: `Arn` of `Arns`.
pub(super) fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "ches", "shes", "xes", "tuses"] {
        if name.ends_with(ending) {
            return name.strip_suffix("es").unwrap_or(name).to_owned();
        }
    }
    match name.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => name.to_owned(),
    }
}

/// What is left of a name without case and number; not a word, but the same for all that are one.
pub(super) fn key(name: &str) -> String {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let stem = |ending: &str| name.strip_suffix(ending).map(str::to_owned);
    if name.ends_with("alias") {
        return name;
    }
    if let Some(stem) = stem("ies").filter(|stem| !stem.is_empty()) {
        return format!("{stem}y");
    }
    if let Some(stem) = stem("indices").or_else(|| stem("index")) {
        return format!("{stem}index");
    }
    if let Some(stem) = stem("is") {
        return stem;
    }
    let name = match name.strip_suffix('s') {
        Some(stem) if !stem.ends_with(['s', 'u']) => stem,
        _ => &name,
    };
    name.strip_suffix('e').unwrap_or(name).to_owned()
}

/// Whether a member of an answer is about how to go on, about counts, or about the call.
pub(super) fn is_about_pages(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "token",
        "marker",
        "truncated",
        "count",
        "total",
        "max",
        "more",
        "request",
        "size",
        "limit",
        "page",
        "position",
        "cursor",
    ];
    has_word(name, WORDS)
}

/// Whether a list tells what went wrong rather than what there is.
pub(super) fn is_about_failures(name: &str) -> bool {
    has_word(name, &["error", "exception", "failed", "failure", "unprocessed", "warning"])
}

fn has_word(name: &str, wanted: &[&str]) -> bool {
    let wanted: Vec<String> = wanted.iter().map(|word| key(word)).collect();
    Noun::new(name).words().iter().any(|word| wanted.contains(word))
}
