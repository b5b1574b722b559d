//! Models from the JSON that botocore describes services in.

mod error;
pub(crate) mod files;
mod operations;
mod pagination;
pub(crate) mod raw;
mod shapes;
#[cfg(test)]
mod suite;
mod unlisted;

use std::path::Path;

use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use error::ImportError;

use crate::folder::DESCRIPTION;
use crate::text::Interner;
use crate::{EndpointRules, Model, Protocol, Service};

use pagination::Pagination;
use shapes::Shapes;

impl Model {
    /// The model in a folder of one version of a service, as botocore's data have them: `service-2.json`,
    /// and if there are any `paginators-1.json`, `endpoint-rule-set-1.json` and `service-2.sdk-extras.json`, as
    /// text or with gzip and `.gz` behind the name.
    ///
    /// # Errors
    ///
    /// The first file is missing, or one cannot be read, is not in botocore's form or longer than 64 MiB, or the
    /// parts do not fit together.
    pub fn from_folder(name: &str, folder: &Path) -> Result<Self, ImportError> {
        let mut raw: raw::Service =
            read(folder, DESCRIPTION)?.ok_or_else(|| ImportError::missing(&folder.join(DESCRIPTION)))?;
        if let Some(extras) = read::<Extras>(folder, "service-2.sdk-extras.json")? {
            extras.merge.add_to(&mut raw);
        }
        let paginators = read(folder, "paginators-1.json")?;
        let rules: Option<Value> = read(folder, "endpoint-rule-set-1.json")?;
        build(name, &raw, paginators.into_iter().collect(), rules.as_ref())
    }

    /// The model in parsed files of botocore: `service-2.json`, any paginators, and the endpoint rules.
    ///
    /// # Errors
    ///
    /// One is not in botocore's form, or they do not fit together.
    pub fn from_botocore(
        name: &str,
        service: &Value,
        paginators: &[Value],
        rules: Option<&Value>,
    ) -> Result<Self, ImportError> {
        let form = |what: &str| {
            let what = format!("{name}: {what}");
            move |error| ImportError::Form { what, error }
        };
        let raw = raw::Service::deserialize(service).map_err(form("the service"))?;
        let paginators = paginators
            .iter()
            .map(|value| raw::Paginators::deserialize(value).map_err(form("its paginators")))
            .collect::<Result<_, _>>()?;
        build(name, &raw, paginators, rules)
    }
}

/// What the SDKs add to a service.
#[derive(serde::Deserialize)]
struct Extras {
    merge: raw::Service,
}

impl raw::Service {
    fn add_to(self, service: &mut Self) {
        if !self.metadata.service_id.is_empty() {
            service.metadata.service_id = self.metadata.service_id;
        }
        for (name, more) in self.shapes.0 {
            match service.shapes.get_mut(&name) {
                None => service.shapes.0.push((name, more)),
                Some(shape) => {
                    if !more.kind.is_empty() {
                        shape.kind = more.kind;
                    }
                    shape.members.0.extend(more.members.0);
                }
            }
        }
    }
}

/// A file of a folder, read; none when it is not there.
fn read<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<Option<T>, ImportError> {
    let Some((file, text)) = files::read(&folder.join(name))? else { return Ok(None) };
    let form = |error| ImportError::Form { what: file.display().to_string(), error };
    serde_json::from_str(&text).map(Some).map_err(form)
}

fn build(
    name: &str,
    raw: &raw::Service,
    paginators: Vec<raw::Paginators>,
    rules: Option<&Value>,
) -> Result<Model, ImportError> {
    let broken = |problem: String| ImportError::Broken { service: name.to_owned(), problem };
    let metadata = &raw.metadata;
    let protocol = protocol(metadata)
        .ok_or_else(|| broken(format!("its protocol {:?} is unknown", metadata.protocol)))?;
    let (shapes, pagination) = (Shapes::new(&raw.shapes), Pagination { service: name, listed: paginators });
    let mut texts = Interner::default();
    let mut sorted: Vec<_> = raw.operations.0.iter().collect();
    sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
    let operations = sorted
        .into_iter()
        .map(|(name, raw)| operations::operation(name, raw, metadata, &shapes, &pagination, &mut texts))
        .collect::<Result<_, _>>()
        .map_err(broken)?;
    let model_shapes = shapes.all(&mut texts).map_err(broken)?;
    let namespace = metadata.xml_namespace.as_ref().map(|namespace| match namespace {
        raw::Namespace::Uri(uri) | raw::Namespace::Full { uri, .. } => uri.clone(),
    });
    let service = Service {
        name: name.to_owned(),
        id: metadata.service_id.clone(),
        full_name: metadata.service_full_name.clone(),
        version: metadata.api_version.clone(),
        endpoint_prefix: metadata.endpoint_prefix.clone(),
        signing_name: metadata.signing_name.clone().unwrap_or_else(|| metadata.endpoint_prefix.clone()),
        protocol,
        target_prefix: metadata.target_prefix.clone(),
        namespace,
        is_query_compatible: metadata.aws_query_compatible.is_some(),
    };
    let rules = match rules {
        Some(rules) => EndpointRules::from_botocore(rules)
            .map_err(|error| broken(format!("its endpoint rules: {error}")))?,
        None => EndpointRules::default(),
    };
    let model = Model { texts: texts.finish(), service, shapes: model_shapes, operations, rules };
    model.check().map_err(broken)?;
    Ok(model)
}

/// The protocol a service is spoken to in: JSON wherever it can be.
fn protocol(metadata: &raw::Metadata) -> Option<Protocol> {
    let listed: Vec<&str> = match metadata.protocols.as_slice() {
        [] => vec![metadata.protocol.as_str()],
        listed => listed.iter().map(String::as_str).collect(),
    };
    let json = match metadata.json_version.as_deref() {
        Some("1.1") => Protocol::Json11,
        _ => Protocol::Json10,
    };
    let preferred = [
        ("json", json),
        ("rest-json", Protocol::RestJson),
        ("rest-xml", Protocol::RestXml),
        ("ec2", Protocol::Ec2),
        ("query", Protocol::Query),
        ("smithy-rpc-v2-cbor", Protocol::Cbor),
    ];
    preferred.into_iter().find(|(name, _)| listed.contains(name)).map(|(_, protocol)| protocol)
}
