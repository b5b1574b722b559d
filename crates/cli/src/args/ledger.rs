//! What the verbs take that look at a ledger.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueHint};

use super::OutputArgs;

/// The ledger where nobody names one.
pub(crate) const STORE: &str = "orgwide.sqlite";

#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// The question, such as 'SELECT type, count(*) FROM resources GROUP BY type', or the name of a view
    #[arg(value_name = "SQL|VIEW", required_unless_present = "list")]
    pub(crate) sql: Option<String>,
    /// Print the views there are, with their columns, and stop
    #[arg(long, conflicts_with_all = ["sql", "run"])]
    pub(crate) list: bool,
    /// The run that views are of [default: the newest]
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<RunRef>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The run before, by its number, or `newest`
    #[arg(value_name = "RUN")]
    pub(crate) before: RunRef,
    /// The run after
    #[arg(value_name = "RUN")]
    pub(crate) after: RunRef,
    /// Leave out changes of these members, such as `tags.*` or `*LastUsed*`; what they contain is left out too
    #[arg(long, value_name = "PATH-GLOB")]
    pub(crate) ignore: Vec<String>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// The ledger
    #[arg(long, value_name = "FILE", default_value = STORE, value_hint = ValueHint::FilePath)]
    pub(crate) store: PathBuf,
}

/// A run of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunRef {
    /// The one that began last.
    Newest,
    /// The one of this number.
    Number(i64),
}

impl FromStr for RunRef {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse()) {
            ("newest", _) => Ok(Self::Newest),
            (_, Ok(number)) if number > 0 => Ok(Self::Number(number)),
            _ => Err("a run is a number from `orgwide runs`, or `newest`".to_owned()),
        }
    }
}

impl fmt::Display for RunRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newest => f.write_str("newest"),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}
