#![doc = include_str!("../README.md")]

mod account;
mod choice;
mod organization;
mod selection;
mod state;

pub use account::Account;
pub use choice::{Choice, Choices, Listed};
pub use organization::{Member, Organization};
pub use selection::{LeftOut, Selection, Verdict};
pub use state::State;
