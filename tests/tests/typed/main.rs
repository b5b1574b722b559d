//! A typed client of the AWS SDK and a call made from data read the same of the same answers, member by member.
//!
//! Neither reads with code of the other, so what both read is what was answered.

// Helpers of tests are tests too, though clippy knows only the functions marked as such.
#![allow(clippy::unwrap_used)]

mod agreement;
mod moto;
mod permits;
mod shapes;
mod simulated;
mod untyped;
