#![doc = include_str!("../README.md")]

mod answer;
mod cbor;

pub use answer::{AnswerError, PathError};
