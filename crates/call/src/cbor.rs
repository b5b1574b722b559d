//! CBOR, RFC 8949, as far as the RPC protocol of AWS goes.

mod reader;
mod writer;

pub(crate) use reader::{CborError, CborProblem, Event, Reader, State};
pub(crate) use writer::Writer;
