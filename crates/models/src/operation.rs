use serde::{Deserialize, Serialize};

use crate::{Paginator, ShapeId, Text, XmlNamespace};

/// One operation of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Operation {
    /// Its name in the API, such as `DescribeInstances`.
    pub name: Text,
    /// The HTTP method.
    pub method: Text,
    /// The path and query of its requests, with members in braces: `/2015-03-31/functions/{FunctionName}`.
    pub uri: Text,
    /// What it takes; none for nothing.
    pub input: Option<ShapeId>,
    /// What it answers; none for nothing.
    pub output: Option<ShapeId>,
    /// The name of the XML element its input is in.
    pub input_wire: Option<Text>,
    /// The namespace of that element.
    pub input_namespace: Option<XmlNamespace>,
    /// The XML element its output is in, in the query protocol. It belongs to the operation: some that share
    /// an output shape have different ones.
    pub result_wrapper: Option<Text>,
    /// What stands before the service's host, with members in braces: `{AccountId}.`.
    pub host_prefix: Option<Text>,
    /// The errors it is known to answer with.
    pub errors: Vec<ShapeId>,
    /// How its requests are signed.
    pub auth: Auth,
    /// The checksum its requests need.
    pub checksum: Checksum,
    /// Parameters of the endpoint rules that it sets.
    pub context: Vec<(Text, ContextValue)>,
    /// How it is asked for the next page; none for one that has no pages.
    pub paginator: Option<Paginator>,
    /// The model says that it changes nothing. That it does not say so means nothing: few services tell.
    pub is_read_only: bool,
    /// No longer to be used.
    pub is_deprecated: bool,
    /// Its host has to be asked for by another call first.
    pub needs_endpoint_discovery: bool,
}

/// How requests are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Auth {
    /// With AWS's Signature Version 4.
    SigV4,
    /// The same, without the body.
    SigV4UnsignedBody,
    /// Not at all.
    None,
    /// With a token, not with credentials.
    Bearer,
    /// With a signature of an earlier version.
    SigV2,
}

/// The checksum of a request's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Checksum {
    /// None is needed.
    None,
    /// One is needed; the model names no member that chooses the algorithm.
    Required,
    /// One is needed; the member says which algorithm, CRC-32 when it is absent.
    RequiredAs(Text),
    /// One is sent when the member asks for an algorithm.
    OptionalAs(Text),
}

/// The value of a parameter of the endpoint rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContextValue {
    /// Text.
    Text(Text),
    /// True or false.
    Boolean(bool),
    /// Texts.
    List(Vec<Text>),
}
