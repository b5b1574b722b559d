use serde::{Deserialize, Serialize};

use crate::Text;

mod stored;

/// A shape in a [`Model`](crate::Model); [`Model::shape`](crate::Model::shape) reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ShapeId(pub(crate) u32);

/// The type of a value in a request or an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "stored::Shape", into = "stored::Shape")]
#[non_exhaustive]
pub struct Shape {
    /// Its name in the API, such as `InstanceList`.
    pub name: Text,
    /// What kind of value it is.
    pub kind: Kind,
    /// Of a structure its members, in the model's order; of a list its element; of a map its key and its value.
    pub members: Vec<Member>,
    /// The member that is the whole body, by its index.
    pub payload: Option<u32>,
    /// The format of a timestamp, where the shape sets it.
    pub timestamp: Option<TimestampFormat>,
    /// Its name on the wire, where the shape and not the member sets it.
    pub wire: Option<Text>,
    /// The XML namespace of its element.
    pub namespace: Option<XmlNamespace>,
    /// What an error is called on the wire; none for what is no error.
    pub error: Option<ErrorCode>,
    /// The values of an enumeration known at build time.
    pub values: Vec<Text>,
    /// The least number, or the least length of a text, blob, list or map, as the model writes it.
    pub min: Option<Text>,
    /// The greatest.
    pub max: Option<Text>,
    /// Exactly one of its members is set.
    pub is_union: bool,
    /// Any JSON value.
    pub is_document: bool,
    /// A list without an element, or a map without an entry, around its items.
    pub is_flattened: bool,
    /// Its body is not held in memory as a whole.
    pub is_streaming: bool,
    /// A sequence of events, not one answer.
    pub is_event_stream: bool,
    /// Null is a value of a list or map.
    pub is_sparse: bool,
    /// Not to be shown.
    pub is_sensitive: bool,
    /// An answer that is an error.
    pub is_exception: bool,
    /// An element of its own around the members of an answer.
    pub is_wrapper: bool,
}

impl Shape {
    /// What stands in for a shape that is not there.
    pub(crate) const NOTHING: Self = Self {
        name: Text::FIRST,
        kind: Kind::Structure,
        members: Vec::new(),
        payload: None,
        timestamp: None,
        wire: None,
        namespace: None,
        error: None,
        values: Vec::new(),
        min: None,
        max: None,
        is_union: false,
        is_document: false,
        is_flattened: false,
        is_streaming: false,
        is_event_stream: false,
        is_sparse: false,
        is_sensitive: false,
        is_exception: false,
        is_wrapper: false,
    };
}

/// What kind of value a shape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Members with names.
    Structure,
    /// Elements of one shape.
    List,
    /// Text keys with values of one shape.
    Map,
    /// Text.
    String,
    /// Bytes.
    Blob,
    /// True or false.
    Boolean,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A number of 32 bits.
    Float,
    /// A number of 64 bits.
    Double,
    /// A point in time.
    Timestamp,
}

/// A value inside another, and how it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "stored::Member", into = "stored::Member")]
#[non_exhaustive]
pub struct Member {
    /// Its name in the API, which is what users write and read. Of a list's element and a map's key and value empty.
    pub name: Text,
    /// What it is.
    pub shape: ShapeId,
    /// Its name on the wire, where that is another.
    pub wire: Option<Text>,
    /// Its name in EC2's queries, where that is another still.
    pub query_name: Option<Text>,
    /// Where it travels.
    pub location: Location,
    /// The format of a timestamp, where the member sets it.
    pub timestamp: Option<TimestampFormat>,
    /// The XML namespace of its element.
    pub namespace: Option<XmlNamespace>,
    /// The parameter of the endpoint rules that it is.
    pub context_param: Option<Text>,
    /// A request without it is refused.
    pub is_required: bool,
    /// Filled in with a fresh UUID when it is absent.
    pub is_idempotency_token: bool,
    /// A part of the host name.
    pub is_host_label: bool,
    /// JSON inside a header or a text.
    pub is_json: bool,
    /// Its body is not held in memory as a whole.
    pub is_streaming: bool,
    /// A list or map without an element around its items, where the member says so.
    pub is_flattened: bool,
    /// An attribute of the XML element, not an element in it.
    pub is_attribute: bool,
    /// No longer to be used.
    pub is_deprecated: bool,
}

/// Where in a request or an answer a member travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Location {
    /// In the body.
    #[default]
    Body,
    /// As a header.
    Header,
    /// As headers that begin with its wire name, one for each entry of the map.
    Headers,
    /// In the path.
    Uri,
    /// In the query string.
    Query,
    /// As the status of the answer.
    Status,
}

/// How a point in time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimestampFormat {
    /// RFC 3339, `2026-01-02T03:04:05Z`.
    Iso8601,
    /// RFC 7231, `Fri, 02 Jan 2026 03:04:05 GMT`.
    Rfc822,
    /// Seconds since 1970.
    Unix,
}

/// An XML namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct XmlNamespace {
    /// What it is.
    pub uri: Text,
    /// Its prefix, where it has one.
    pub prefix: Option<Text>,
}

/// What an error is called on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorCode {
    /// Its code, where that is not the shape's name.
    pub code: Option<Text>,
    /// The HTTP status it comes with, 0 where the model does not say.
    pub status: u16,
}
