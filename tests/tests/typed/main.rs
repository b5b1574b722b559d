//! A typed client of the AWS SDK and a call made from data read the same of the same answers, member by member.
//!
//! Neither reads with code of the other, so what both read is what was answered.

mod agreement;
mod moto;
mod permits;
mod shapes;
mod simulated;
mod untyped;
