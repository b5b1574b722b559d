/// One row of a run: a JSON object that only its maker understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the row is about, among those of its target: two rows with one key are the same thing seen twice.
    pub key: String,
    /// Changes when, and only when, what the row says changes: a hash of it without the time it was made.
    pub digest: u64,
    /// The object, without the end of a line.
    pub json: Vec<u8>,
}
