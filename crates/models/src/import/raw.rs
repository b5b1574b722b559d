//! The parts of botocore's `service-2.json` and `paginators-1.json` that are used, as they stand there.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Number, Value};

/// A JSON object in its own order, which for the members of a structure is that of the answers.
#[derive(Debug, Clone)]
pub(crate) struct Ordered<T>(pub(crate) Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Ordered<T> {
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut T> {
        self.0.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Entries<T> {
            type Value = Ordered<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Ordered(entries))
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Service {
    pub(crate) metadata: Metadata,
    pub(crate) operations: Ordered<Operation>,
    pub(crate) shapes: Ordered<Shape>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Metadata {
    pub(crate) api_version: String,
    pub(crate) endpoint_prefix: String,
    pub(crate) signing_name: Option<String>,
    pub(crate) signature_version: Option<String>,
    pub(crate) auth: Vec<String>,
    pub(crate) protocol: String,
    pub(crate) protocols: Vec<String>,
    pub(crate) json_version: Option<String>,
    pub(crate) target_prefix: Option<String>,
    pub(crate) service_id: String,
    pub(crate) service_full_name: String,
    pub(crate) xml_namespace: Option<Namespace>,
    pub(crate) aws_query_compatible: Option<Value>,
}

/// An XML namespace: an object, or its URI alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Namespace {
    Uri(String),
    Full { uri: String, prefix: Option<String> },
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Operation {
    pub(crate) http: Http,
    pub(crate) input: Option<Reference>,
    pub(crate) output: Option<Reference>,
    pub(crate) errors: Vec<Reference>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) auth: Vec<String>,
    pub(crate) authtype: Option<String>,
    pub(crate) unsigned_payload: bool,
    pub(crate) http_checksum_required: bool,
    pub(crate) http_checksum: HttpChecksum,
    pub(crate) static_context_params: Ordered<StaticParam>,
    pub(crate) endpointdiscovery: Option<EndpointDiscovery>,
    pub(crate) readonly: bool,
    pub(crate) deprecated: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Http {
    pub(crate) method: Option<String>,
    pub(crate) request_uri: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Endpoint {
    pub(crate) host_prefix: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EndpointDiscovery {
    pub(crate) required: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct HttpChecksum {
    pub(crate) request_checksum_required: bool,
    pub(crate) request_algorithm_member: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct StaticParam {
    pub(crate) value: Value,
}

/// A shape where it is used, with what is said of it there.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Reference {
    pub(crate) shape: String,
    pub(crate) location: Option<String>,
    pub(crate) location_name: Option<String>,
    pub(crate) query_name: Option<String>,
    pub(crate) result_wrapper: Option<String>,
    pub(crate) timestamp_format: Option<String>,
    pub(crate) xml_namespace: Option<Namespace>,
    pub(crate) context_param: Option<ContextParam>,
    pub(crate) idempotency_token: bool,
    pub(crate) host_label: bool,
    pub(crate) jsonvalue: bool,
    pub(crate) streaming: bool,
    pub(crate) flattened: bool,
    pub(crate) xml_attribute: bool,
    pub(crate) deprecated: bool,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct ContextParam {
    pub(crate) name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) members: Ordered<Reference>,
    pub(crate) member: Option<Reference>,
    pub(crate) key: Option<Reference>,
    pub(crate) value: Option<Reference>,
    pub(crate) required: Vec<String>,
    pub(crate) payload: Option<String>,
    #[serde(rename = "enum")]
    pub(crate) values: Vec<String>,
    pub(crate) error: Option<ErrorTrait>,
    pub(crate) min: Option<Number>,
    pub(crate) max: Option<Number>,
    pub(crate) timestamp_format: Option<String>,
    pub(crate) location_name: Option<String>,
    pub(crate) xml_namespace: Option<Namespace>,
    pub(crate) union: bool,
    pub(crate) document: bool,
    pub(crate) flattened: bool,
    pub(crate) streaming: bool,
    pub(crate) eventstream: bool,
    pub(crate) sparse: bool,
    pub(crate) sensitive: bool,
    pub(crate) exception: bool,
    pub(crate) wrapper: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ErrorTrait {
    pub(crate) code: Option<String>,
    pub(crate) http_status_code: u16,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Paginators {
    pub(crate) pagination: Ordered<Paginator>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Paginator {
    pub(crate) input_token: Names,
    pub(crate) output_token: Names,
    pub(crate) limit_key: Option<String>,
    pub(crate) more_results: Option<String>,
    pub(crate) result_key: Names,
}

/// One name or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Names {
    One(String),
    Several(Vec<String>),
}

impl Default for Names {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Names {
    pub(crate) fn as_slice(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}
