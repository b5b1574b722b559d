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
    "Summary",
    "Item",
    "Entry",
    "Detail",
    "Info",
    "Information",
    "Description",
    "Metadata",
    "Overview",
    "Record",
    "Result",
    "Output",
    "Response",
    "Member",
    "Object",
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
        Self::without_form(cut.and_then(|at| rest.get(..at)).unwrap_or(rest))
    }

    /// `Crawler`, of `crawlerSummaries`.
    pub(super) fn of_list(name: &str) -> Self {
        Self::without_form(name)
    }

    fn without_form(name: &str) -> Self {
        let mut text = name;
        while let Some(shorter) = shorter(text) {
            text = shorter;
        }
        Self::new(text)
    }

    /// The noun and its last words as texts, the longest first.
    pub(crate) fn with_endings(&self) -> Vec<String> {
        [self.text.clone()].into_iter().chain(self.endings().map(|ending| ending.text)).collect()
    }

    /// The noun in the singular.
    pub(super) fn singular(&self) -> String {
        singular(&self.text)
    }

    pub(super) fn is(&self, key: &str) -> bool {
        self.key == key
    }

    /// The noun and its last words: `ReservedNode`, `Node`.
    pub(super) fn endings(&self) -> impl Iterator<Item = Self> + '_ {
        boundaries(&self.text).filter(|at| *at > 0).filter_map(|at| self.text.get(at..)).map(Self::new)
    }
}

/// The name without its last word, where that is about the form.
fn shorter(name: &str) -> Option<&str> {
    let at = boundaries(name).filter(|at| *at > 0).last()?;
    let (before, word) = (name.get(..at)?, name.get(at..)?);
    static KEYS: LazyLock<Vec<String>> = LazyLock::new(|| FORMS.iter().map(|form| key(form)).collect());
    KEYS.contains(&key(word)).then_some(before)
}

/// Where words begin: `DB|Instance`, `web|ACL`.
fn boundaries(name: &str) -> impl DoubleEndedIterator<Item = usize> + '_ {
    let bytes = name.as_bytes();
    (0..bytes.len()).filter(move |at| {
        let is = |at: usize, test: fn(&u8) -> bool| bytes.get(at).is_some_and(test);
        let begins = is(*at, u8::is_ascii_uppercase);
        let before = at.checked_sub(1);
        let after_small = before.is_none_or(|before| !is(before, u8::is_ascii_uppercase));
        // The plural of an abbreviation is no word of its own: `ACLs`.
        let small_follows =
            is(at + 1, u8::is_ascii_lowercase) && (at + 2 < bytes.len() || bytes.get(at + 1) != Some(&b's'));
        begins && (after_small || small_follows)
    })
}

/// What a resource may be called: by the operation, by the list, by the shape of an item.
pub(super) fn nouns(model: &Model, operation: &str, list: &List) -> Vec<Noun> {
    let last = list.path.rsplit('.').next().unwrap_or_default();
    let shape = model.text(model.shape(list.item).name);
    let mut nouns =
        vec![Noun::of_operation(operation), Noun::of_list(last), Noun::without_form(shape), Noun::new(shape)];
    nouns.dedup();
    nouns
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
        "maxitems",
        "maxresults",
        "hasmore",
        "requestid",
        "size",
        "limit",
        "nextpage",
        "position",
        "cursor",
    ];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}
