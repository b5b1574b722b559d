#![doc = include_str!("../README.md")]

mod answers;
mod ask;
mod binary;
mod python;
mod rows;
mod running;
mod stage;
mod summary;

pub use answers::Answers;
pub use ask::{ask, texts};
pub use binary::{Orgwide, run};
pub use python::{Listener, python, run_script};
pub use rows::{Place, Rows, all_of, buckets_of, instances_of};
pub use running::{Ran, Running};
pub use stage::Stage;
pub use summary::Summary;
