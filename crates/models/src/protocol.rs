use serde::{Deserialize, Serialize};

/// A wire protocol of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// Form-encoded requests, XML answers.
    Query,
    /// EC2's dialect of it.
    Ec2,
    /// JSON, with the operation in a header.
    Json10,
    /// The same under the media type of version 1.1.
    Json11,
    /// JSON, with the operation in method and path.
    RestJson,
    /// XML, with the operation in method and path.
    RestXml,
    /// CBOR, with the operation in the path.
    Cbor,
}
