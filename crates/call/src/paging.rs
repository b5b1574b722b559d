//! How one page leads to the next.

mod token_path;
mod tokens_seen;

use orgwide_models::{Kind, Model, Operation, Text};
use serde_json::Value;

use token_path::TokenPath;
use tokens_seen::TokensSeen;

/// EC2's calls that count on a bucket of half the size when they do not say how many items a page may have. Their
/// models do not say either how many it may have at most; the service's pages on pagination do.
const EC2_SIZED: [&str; 7] = [
    "DescribeInstances",
    "DescribeInstanceStatus",
    "DescribeNetworkInterfaces",
    "DescribeSecurityGroups",
    "DescribeSnapshots",
    "DescribeSpotInstanceRequests",
    "DescribeVolumes",
];
const EC2_LARGEST: u32 = 1000;

/// The way from page to page of one series of calls.
#[derive(Debug)]
pub(crate) struct Paging {
    input_tokens: Vec<String>,
    output_tokens: Vec<TokenPath>,
    more: Option<TokenPath>,
    /// The tokens of the pages asked for so far.
    seen: TokensSeen,
}

/// What follows a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// There is none after it.
    Nothing,
    /// The input asks for it now.
    Page,
    /// It names one that was asked for already.
    Repeated,
}

impl Paging {
    /// For an operation, whose input is made to ask for the largest pages unless it says how large. None for an
    /// operation without pages.
    pub(crate) fn begin(model: &Model, operation: &Operation, input: &mut Value) -> Option<Self> {
        let paginator = operation.paginator.as_ref()?;
        if input.is_null() {
            *input = Value::Object(serde_json::Map::new());
        }
        set_size(model, operation, input);
        let path = |text: &Text| TokenPath::parse(model.text(*text));
        let input_tokens: Vec<String> =
            paginator.input_tokens.iter().map(|token| model.text(*token).to_owned()).collect();
        let mut seen = TokensSeen::default();
        seen.is_new(&tokens_in(&input_tokens, input));
        Some(Self {
            output_tokens: paginator.output_tokens.iter().map(path).collect(),
            more: paginator.more.as_ref().map(path),
            input_tokens,
            seen,
        })
    }

    /// Makes the input ask for the page after the one that this is the answer for.
    pub(crate) fn advance(&mut self, answer: &Value, input: &mut Value) -> Next {
        if self.more.as_ref().is_some_and(|more| more.find(answer).is_none()) {
            return Next::Nothing;
        }
        let tokens: Vec<Value> =
            self.output_tokens.iter().map(|path| path.find(answer).cloned().unwrap_or(Value::Null)).collect();
        if tokens.iter().all(Value::is_null) {
            return Next::Nothing;
        }
        if !self.seen.is_new(&tokens) {
            return Next::Repeated;
        }
        if let Some(members) = input.as_object_mut() {
            for (name, token) in self.input_tokens.iter().zip(&tokens) {
                if token.is_null() {
                    members.remove(name);
                } else {
                    members.insert(name.clone(), token.clone());
                }
            }
        }
        Next::Page
    }
}

fn tokens_in(names: &[String], input: &Value) -> Vec<Value> {
    names.iter().map(|name| input.get(name).cloned().unwrap_or(Value::Null)).collect()
}

/// Whether a call asks for a list page by page: it says how large a page is to be, or where one begins.
pub(crate) fn is_paged(model: &Model, operation: &Operation, input: &Value) -> bool {
    operation.paginator.as_ref().is_some_and(|paginator| {
        let mut asked = paginator.limit.iter().chain(&paginator.input_tokens);
        asked.any(|member| input.get(model.text(*member)).is_some_and(|value| !value.is_null()))
    })
}

/// Whether a member of an input is a list of names, be they ids or ARNs, with something in it.
fn names_things(member: &str, value: &Value) -> bool {
    const ENDS: [&str; 5] = ["ids", "names", "arns", "identifiers", "arnlist"];
    let member = member.to_ascii_lowercase();
    ENDS.iter().any(|end| member.ends_with(end)) && value.as_array().is_some_and(|names| !names.is_empty())
}

fn set_size(model: &Model, operation: &Operation, input: &mut Value) {
    let Some(paginator) = &operation.paginator else { return };
    let Some(limit) = paginator.limit.map(|limit| model.text(limit)) else { return };
    let (service, name) = (model.service().name.as_str(), model.text(operation.name));
    let largest = match paginator.limit_max {
        0 if service == "ec2" && EC2_SIZED.contains(&name) => EC2_LARGEST,
        largest => largest,
    };
    let Some(members) = input.as_object_mut().filter(|_| largest > 0) else { return };
    if members.get(limit).is_some_and(|value| !value.is_null()) {
        return;
    }
    // EC2, and not it alone, takes either the names of what is asked for or a size of pages.
    if members.iter().any(|(member, value)| names_things(member, value)) {
        return;
    }
    let input = operation.input.map(|input| model.shape(input));
    let member = input.and_then(|shape| shape.members.iter().find(|member| model.text(member.name) == limit));
    let Some(member) = member else { return };
    let size = match model.shape(member.shape).kind {
        Kind::Integer | Kind::Long => Value::from(largest),
        _ => return,
    };
    members.insert(limit.to_owned(), size);
}
