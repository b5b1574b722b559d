//! Models from the JSON that botocore describes services in.

mod error;
mod operations;
mod pagination;
mod raw;
mod shapes;

use std::path::Path;

use serde::Deserialize as _;
use serde_json::Value;

pub use error::ImportError;

use crate::text::Interner;
use crate::{EndpointRules, Model, Protocol, Service};

use pagination::Pagination;
use shapes::Shapes;

impl Model {
    /// The model in a folder of one version of a service, as botocore's data has them: `service-2.json`,
    /// and if there are any `paginators-1.json`, `endpoint-rule-set-1.json` and `*.sdk-extras.json`.
    ///
    /// # Errors
    ///
    /// A file is missing or cannot be read, is not in botocore's form, or the parts do not fit together.
    pub fn from_folder(name: &str, folder: &Path) -> Result<Self, ImportError> {
        let service = folder.join("service-2.json");
        let mut raw: raw::Service = parse(&service, &read(&service)?.ok_or_else(|| missing(&service))?)?;
        let extras = folder.join("service-2.sdk-extras.json");
        if let Some(text) = read(&extras)? {
            let extras: Extras = parse(&extras, &text)?;
            extras.merge.add_to(&mut raw);
        }
        let mut paginators = Vec::new();
        let listed = folder.join("paginators-1.json");
        if let Some(text) = read(&listed)? {
            paginators.push(parse(&listed, &text)?);
        }
        let rules = folder.join("endpoint-rule-set-1.json");
        let rules: Option<Value> = read(&rules)?.map(|text| parse(&rules, &text)).transpose()?;
        build(name, &raw, paginators, rules.as_ref())
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

fn read(file: &Path) -> Result<Option<String>, ImportError> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ImportError::File { file: file.to_owned(), error }),
    }
}

fn missing(file: &Path) -> ImportError {
    ImportError::File { file: file.to_owned(), error: std::io::ErrorKind::NotFound.into() }
}

fn parse<T: serde::de::DeserializeOwned>(file: &Path, text: &str) -> Result<T, ImportError> {
    serde_json::from_str(text).map_err(|error| ImportError::Form { what: file.display().to_string(), error })
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
    let (shapes, pagination) = (Shapes::new(&raw.shapes), Pagination(paginators));
    let mut texts = Interner::default();
    let mut operations = raw
        .operations
        .0
        .iter()
        .map(|(_, operation)| {
            let operation = operations::operation(operation, metadata, &shapes, &pagination, &mut texts)?;
            Ok((raw_name(operation.name, &texts), operation))
        })
        .collect::<Result<Vec<_>, String>>()
        .map_err(broken)?;
    operations.sort_by(|(a, _), (b, _)| a.cmp(b));
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
    let operations = operations.into_iter().map(|(_, operation)| operation).collect();
    Ok(Model { texts: texts.finish(), service, shapes: model_shapes, operations, rules })
}

fn raw_name(name: crate::Text, texts: &Interner) -> String {
    texts.get(name).to_owned()
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
