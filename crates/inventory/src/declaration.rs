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
    /// It is listed once for each of another type.
    pub(crate) within: Option<Within>,
    /// What tells more than the list, and takes its place where details are asked for.
    pub(crate) instead: Option<Instead>,
    /// What is asked about each one, where details are asked for.
    #[serde(default)]
    pub(crate) details: Vec<Detail>,
}

/// What a type is listed within.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Within {
    /// A type that is declared before this one. Both are asked for in the same places.
    #[serde(rename = "type")]
    pub(crate) kind: Spanned<String>,
    /// What the list is asked with besides: texts have expressions about the other type between braces, `{id}` and
    /// `{arn}` among them.
    pub(crate) parameters: Spanned<Map<String, Value>>,
    /// Members that the items get unless they have them, with such texts.
    pub(crate) members: Option<Spanned<Map<String, Value>>>,
}

/// Another list of the same things.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Instead {
    pub(crate) operation: Spanned<String>,
    #[serde(default)]
    pub(crate) parameters: Map<String, Value>,
    pub(crate) items: Spanned<String>,
    pub(crate) tags: Option<Spanned<String>>,
    pub(crate) page: Option<Spanned<u32>>,
}

/// What one more operation tells of a resource. It stands in its data under the name of the operation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Detail {
    /// An operation of the same service. All its pages are asked for.
    pub(crate) operation: Spanned<String>,
    /// What it is asked with: texts have expressions about the resource between braces, `{id}` and `{arn}` among them.
    pub(crate) parameters: Option<Spanned<Map<String, Value>>>,
    /// Where in an answer is what is kept; all of it where none is given. A list where there are pages.
    pub(crate) answer: Option<Spanned<String>>,
    /// Where in an answer the resource's tags are.
    pub(crate) tags: Option<Spanned<String>>,
    /// Codes of errors that mean that there is none.
    #[serde(default)]
    pub(crate) none: Vec<String>,
    /// Where one call tells of many resources.
    pub(crate) batch: Option<Batch>,
}

/// How one call asks about many resources, those of which the other parameters are the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch {
    /// The parameter that lists them.
    pub(crate) parameter: Spanned<String>,
    /// What stands there for each, with expressions between braces.
    pub(crate) each: Spanned<String>,
    /// How many there may be.
    pub(crate) size: Spanned<u32>,
    /// Where in the answer the list is that tells of each; other paths are within an element of it.
    pub(crate) items: Spanned<String>,
    /// What in an element is the same as what was asked with.
    #[serde(rename = "match")]
    pub(crate) same: Spanned<String>,
}
