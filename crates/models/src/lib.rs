#![doc = include_str!("../README.md")]

mod catalog;
mod catalog_error;
mod describe;
mod embedded;
mod embedded_service;
pub mod endpoint_rules;
mod folder;
mod import;
mod model;
mod nearest;
mod nested;
mod operation;
mod paginator;
mod protocol;
mod service;
mod shape;
mod stored;
mod text;
mod whole;

pub use catalog::{Catalog, ServiceSummary};
pub use catalog_error::CatalogError;
pub use describe::Description;
pub use endpoint_rules::EndpointRules;
pub use import::ImportError;
pub use model::Model;
pub use operation::{Auth, Checksum, ContextValue, Operation};
pub use paginator::Paginator;
pub use protocol::Protocol;
pub use service::Service;
pub use shape::{ErrorCode, Kind, Location, Member, Shape, ShapeId, TimestampFormat, XmlNamespace};
pub use stored::DecodeError;
pub use text::Text;
