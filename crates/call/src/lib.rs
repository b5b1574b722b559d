#![doc = include_str!("../README.md")]

mod cbor;
mod nearest;
mod request;

pub use request::{InputError, InputProblem, InputProblemKind};
