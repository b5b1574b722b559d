use orgwide_names::ParseAccountIdError;

use crate::accounts_file::BadLine;

/// A part of a selection that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseSelectionError {
    /// Neither an account's id nor likely its name.
    #[error(transparent)]
    Account(#[from] ParseAccountIdError),
    /// Neither a unit's id nor a path of names.
    #[error(
        "`{0}` names no organizational unit: write an id, such as ou-ab12-11111111, or names parted by slashes, such as Workloads/Prod*"
    )]
    Unit(String),
    /// Not a key and a value.
    #[error("`{0}` is not a tag to filter by: write KEY=VALUE, or KEY=* for any value")]
    Tag(String),
    /// Lines of a list of accounts.
    #[error("{}", list(.0))]
    Lines(Vec<BadLine>),
}

fn list(lines: &[BadLine]) -> String {
    let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
    lines.join("; ")
}
