//! From the files of other tools to ours.

mod c7n;
mod cs_aws_account;
mod foreign;
mod template;

use crate::import::foreign::Foreign;
use crate::problem::{ConfigError, Place, Problem, Problems};
use crate::tree::{self, Repeated};
use crate::yaml::Yaml;

/// What became of another tool's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// A file for [`Config::parse`](crate::Config::parse). Where it needs a value that is not known, that is
    /// missing, so that it is refused there until it is filled in.
    pub yaml: String,
    /// What could not be carried over, or means something else here, with the place in the other tool's file.
    pub notes: Vec<Problem>,
    /// How many of these there are besides; the first 100 are kept.
    pub more_notes: usize,
}

/// Reads a configuration of cs.aws_account (`RegionalAccountSet`, `RegionalAccounts`, `Account` and what is in
/// them, wherever they stand), or a c7n-org `accounts.yml`, and writes it as ours.
///
/// `{{NAME}}`, as templates of cs.aws_account have it, becomes `${NAME}`. Keys and values of credentials are
/// never carried over.
///
/// # Errors
/// The file is not YAML, is beyond the bounds of [`Config::parse`](crate::Config::parse), or is neither.
pub fn import(bytes: &[u8]) -> Result<Import, ConfigError> {
    let mut problems = Problems::default();
    let text = template::mark(bytes, &mut problems);
    // What other parsers let pass must not be in the way here.
    let root = tree::parse(&text, Repeated::LastCounts, &mut problems);
    let mut foreign = Foreign::default();
    let file = root.as_deref().and_then(|root| {
        if c7n::is(root) {
            Some(c7n::read(&mut foreign, root))
        } else {
            let file = cs_aws_account::read(&mut foreign, root);
            if file.is_none() && problems.is_empty() {
                let hint =
                    "it has neither `accounts` with `account_id`s nor `RegionalAccounts` nor `Account`";
                let start = Place { line: 1, column: 1 };
                problems.add(
                    start,
                    "this is a file of neither c7n-org nor cs.aws_account",
                    Some(hint.to_owned()),
                );
            }
            file
        }
    });
    let (notes, more_notes) = foreign.notes.into_sorted();
    let yaml = file.map_or_else(String::new, |file| Yaml::Map(file).write());
    problems.conclude(Import { yaml, notes, more_notes })
}
