#![doc = include_str!("../README.md")]

mod answer;
mod cbor;
#[allow(dead_code)]
mod endpoint;
mod nearest;
mod request;

pub use answer::{AnswerError, PathError};
pub use endpoint::{EndpointError, is_global};
pub use request::{InputError, InputProblem, InputProblemKind};

#[cfg(test)]
mod judged;
