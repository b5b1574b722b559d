//! Values that hold their like: reading them takes stack, so how deep they go is bounded.

use std::cell::Cell;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::endpoint_rules::MAX_DEPTH;

/// Several kinds of values take turns, so that a nesting as deep as is built may count more than once.
const DEEPEST: usize = 2 * MAX_DEPTH;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Reads what is inside a value of its kind; an error when that is nested too deeply.
pub(crate) fn nested<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    let depth = DEPTH.get();
    if depth >= DEEPEST {
        return Err(D::Error::custom("it is nested too deeply"));
    }
    DEPTH.set(depth + 1);
    let value = T::deserialize(deserializer);
    DEPTH.set(depth);
    value
}
