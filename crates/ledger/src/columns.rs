/// The members of every row, in their order: what a table needs to know before the first row.
pub type Columns = &'static [Column];

/// One member of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the JSON object.
    pub name: &'static str,
    /// What it holds. Any may be null.
    pub kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// True or false.
    Boolean,
    /// Anything: written as JSON text where the format has no such type.
    Json,
    /// A string, as it is, or anything else, as JSON text: where it is not known before.
    Any,
}

impl Column {
    /// A column of this name and kind.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind }
    }
}
