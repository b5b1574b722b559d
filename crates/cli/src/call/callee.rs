use std::path::Path;
use std::sync::Arc;

use orgwide_call::{CallError, Effect, check, effect, is_global};
use orgwide_inventory::Scope;
use orgwide_models::{Catalog, Model, Operation};
use orgwide_names::{Partition, ServiceName};
use serde_json::Value;

use crate::stop::Stop;

/// An operation of a service, found by its names.
#[derive(Debug, Clone)]
pub(crate) struct Callee {
    pub(super) catalog: Arc<Catalog>,
    pub(crate) model: Arc<Model>,
    pub(crate) operation: Operation,
    /// As everywhere here: as the AWS CLI spells it.
    pub(crate) service: ServiceName,
}

impl Callee {
    /// Finds it, in any of the usual spellings.
    pub(crate) fn find(catalog: &Arc<Catalog>, service: &str, operation: &str) -> Result<Self, Stop> {
        let (model, operation) =
            orgwide_call::find(catalog, service, operation).map_err(|error| unknown(&error))?;
        let service = service_name(&model.service().id)?;
        Ok(Self { catalog: Arc::clone(catalog), model, operation, service })
    }

    /// The operation as the API spells it.
    pub(crate) fn operation_name(&self) -> &str {
        self.model.text(self.operation.name)
    }

    /// Service and operation, such as `ec2:DescribeInstances`.
    pub(crate) fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation_name())
    }

    /// The IAM action it most probably needs.
    pub(crate) fn action(&self) -> String {
        orgwide_call::action(&self.model, &self.operation)
    }

    /// Where it is called.
    pub(crate) fn scope(&self, partition: Partition) -> Scope {
        let of_all_regions = (self.service.as_str(), self.operation_name()) == ("s3", "ListBuckets");
        if of_all_regions || is_global(&self.model, partition) { Scope::Global } else { Scope::Regional }
    }

    /// What it does besides giving an answer.
    pub(crate) fn effect(&self, input: &Value) -> Effect {
        effect(&self.model, &self.operation, input)
    }

    /// Makes sure that it takes this input, before anything is called.
    pub(crate) fn check(&self, input: &Value) -> Result<(), Stop> {
        check(&self.model, &self.operation, input).map_err(|error| {
            Stop::usage(error).next_step(format!(
                "see what it takes with `orgwide call --describe {} {}`",
                self.service,
                self.operation_name()
            ))
        })
    }
}

/// A service's name as everywhere here.
pub(crate) fn service_name(id: &str) -> Result<ServiceName, Stop> {
    id.parse().map_err(Stop::usage)
}

/// The models there are, with those of a folder before them.
pub(crate) fn catalog(folder: Option<&Path>) -> Result<Arc<Catalog>, Stop> {
    match folder {
        None => Ok(Catalog::embedded()),
        Some(folder) => Catalog::with_folder(folder)
            .map(Arc::new)
            .map_err(|error| Stop::usage(format!("--models {}: {error}", folder.display()))),
    }
}

pub(crate) fn unknown(error: &CallError) -> Stop {
    let list = match error {
        CallError::UnknownOperation { service, .. } => {
            format!("`orgwide call --list {service}` shows what it has")
        }
        _ => "`orgwide call --list` shows the services there are".to_owned(),
    };
    Stop::usage(error).next_step(list)
}
