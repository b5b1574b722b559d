#![doc = include_str!("../README.md")]

pub mod endpoint_rules;
mod import;
mod model;
mod operation;
mod paginator;
mod protocol;
mod service;
mod shape;
mod text;

pub use endpoint_rules::EndpointRules;
pub use import::ImportError;
pub use model::Model;
pub use operation::{Auth, Checksum, ContextValue, Operation};
pub use paginator::Paginator;
pub use protocol::Protocol;
pub use service::Service;
pub use shape::{ErrorCode, Kind, Location, Member, Shape, ShapeId, TimestampFormat, XmlNamespace};
pub use text::Text;
