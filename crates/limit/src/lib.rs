#![doc = include_str!("../README.md")]

mod bucket;
mod buckets;
mod built_in;
mod call_match;
mod cell;
mod counters;
mod key;
mod limiter;
mod origin;
mod quota;
mod rule;
mod rules;
mod scope;

pub use call_match::{Match, MatchError};
pub use counters::{Counters, Tally};
pub use key::{Key, Payer};
pub use limiter::{Grant, Limiter};
pub use origin::{Basis, Origin};
pub use quota::{Quota, QuotaError};
pub use rule::{Rule, RuleError};
pub use rules::Rules;
pub use scope::Scope;
