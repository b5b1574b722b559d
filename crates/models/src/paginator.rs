use serde::{Deserialize, Serialize};

use crate::Text;

/// How the pages of an operation are asked for, and where on them the items are.
///
/// Paths are member names with dots between them, such as `DistributionList.Items`; those of output tokens
/// may end in `[-1]`, the last of a list, and hold alternatives, `a || b`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Paginator {
    /// The members of the input that carry the tokens of a page.
    pub input_tokens: Vec<Text>,
    /// Where in the answer the tokens of the next page are: as many, in the same order.
    pub output_tokens: Vec<Text>,
    /// The member of the input that sets how many items a page has.
    pub limit: Option<Text>,
    /// The most of them a page may have, where the model says; 0 where it does not.
    pub limit_max: u32,
    /// Where the answer says whether there is another page; where none, the absence of a token does.
    pub more: Option<Text>,
    /// Where the items are; empty where a page has no list.
    pub results: Vec<Text>,
    /// Found by rule in the model, because no list of paginators has it.
    pub is_derived: bool,
}
