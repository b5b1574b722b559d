#![doc = include_str!("../README.md")]

mod answer;
mod bucket_regions;
mod callee;
mod caller;
mod cbor;
mod check;
mod checksum;
mod destination;
mod discovery;
mod effect;
mod endpoint;
mod error;
mod items;
mod nearest;
mod pages;
mod paging;
mod permission;
mod reading;
mod request;
mod special;

pub use answer::{AnswerError, PathError};
pub use caller::Caller;
pub use check::{check, find};
pub use effect::{Effect, effect};
pub use endpoint::{EndpointError, is_global};
pub use error::{CallError, OperationId};
pub use items::{ItemPage, Items};
pub use pages::Pages;
pub use permission::action;
pub use request::{InputError, InputProblem, InputProblemKind};

#[cfg(test)]
mod judged;
#[cfg(test)]
mod suites;
