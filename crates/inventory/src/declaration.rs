//! How a type of resource is declared: the form of the files in `collectors/`, and of a user's own.

use serde::Deserialize;
use serde_json::{Map, Value};
use serde_saphyr::Spanned;

use crate::Scope;

/// A file: types that one service lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// The service, as the AWS CLI calls it.
    pub(crate) service: Spanned<String>,
    pub(crate) types: Vec<Declaration>,
}

/// One type of resource, and how it is collected.
///
/// Paths are names of members with dots between them. An expression is a path, `tag:KEY` for the value of a tag, or
/// `PATH after C` for what follows the last C in what stands there; in `arn` expressions stand between braces,
/// `{partition}`, `{region}`, `{account}` and `{id}` among them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Declaration {
    /// Its name, as ARNs have it: `ec2:instance`.
    #[serde(rename = "type")]
    pub(crate) kind: Spanned<String>,
    /// Other names for it.
    #[serde(default)]
    pub(crate) also: Vec<String>,
    /// The operation that lists it, as the API spells it.
    pub(crate) operation: Spanned<String>,
    /// What the operation is asked with.
    #[serde(default)]
    pub(crate) parameters: Map<String, Value>,
    /// IAM actions it takes besides the operation's own.
    #[serde(default)]
    pub(crate) actions: Vec<Spanned<String>>,
    /// Where in an answer the items are, through lists and structures.
    pub(crate) items: Spanned<String>,
    /// What an item is called that is a bare text.
    pub(crate) member: Option<String>,
    /// An expression: what the service's API takes to name it.
    pub(crate) id: Spanned<String>,
    /// Its ARN, with expressions between braces; none where it has none.
    pub(crate) arn: Option<Spanned<String>>,
    /// An expression: what people call it.
    pub(crate) name: Option<Spanned<String>>,
    /// Where an item's tags are; none where the list does not tell them.
    pub(crate) tags: Option<Spanned<String>>,
    /// An expression: the region it is in, where the call is made once for all of them.
    pub(crate) region: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) scope: Scope,
    /// The most items an answer has; none where an answer has them all.
    pub(crate) page: Option<Spanned<u32>>,
    /// Part of what is collected when no type is named.
    #[serde(default)]
    pub(crate) common: bool,
    /// What is good to know about it.
    pub(crate) note: Option<String>,
}
