//! Every structure that the compared answers can hold.

mod instances;
mod lists;
mod networks;
